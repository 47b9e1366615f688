"""The words inside an uploaded file, taken out by a process of its own that may do nothing else."""

from documents.reading.process import Outcome, Reading, read_words

__all__ = ["Outcome", "Reading", "read_words"]
