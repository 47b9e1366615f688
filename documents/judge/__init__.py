"""What an uploaded file really is, judged by its content and never by its name."""

from documents.judge.package import folder_of
from documents.judge.refusal import Refused
from documents.judge.upload import LIMIT, JudgedFile, content_disposition, judge_upload, safe_name

__all__ = ["LIMIT", "JudgedFile", "Refused", "content_disposition", "folder_of", "judge_upload", "safe_name"]
