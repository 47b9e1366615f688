import io

import pytest
from docx import Document

from documents.judge import content_disposition, judge_upload


def judge(name: str):
    """A Word file that was sent under this name."""
    stream = io.BytesIO()
    Document().save(stream)
    return judge_upload(name, stream)


@pytest.mark.parametrize(
    "name",
    [
        "SPCG-47B Recommendation (final) [rev. 2], clean & tracked.docx",
        "Résumé – Übersicht_v1.2 #3 +100%.docx",
        "Предложение 中文 عربي 日本語.docx",
        "Don't panic; it's 5 o'clock.docx",
        "…three dots... and more.docx",
        "UPPER.DOCX",
    ],
)
def test_ordinary_names_are_kept(name):
    assert judge(name).safe_name == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\me\\Report.docx", "Report.docx"),
        ("../../etc/Report.docx", "Report.docx"),
        ("Re\r\nport\x00\x1b.docx", "Report.docx"),
        ("Report\u202excod.docx", "Reportxcod.docx"),
        ("a\u2028b  c\t.docx", "ab c.docx"),
        ('What? "Yes": <a|b>*.docx', "What- -Yes-- -a-b--.docx"),
        ("  .hidden.docx. ", "hidden.docx"),
        ("Re\ud800port.docx", "Report.docx"),
        ("e\u0301.docx", "é.docx"),
        ("SPCG-47B v1.2", "SPCG-47B v1.2.docx"),
        ("Report", "Report.docx"),
        ("", "document.docx"),
        ("/", "document.docx"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("x" * 300, "x" * 115 + ".docx"),
    ],
)
def test_unsafe_names_are_made_safe(given, kept):
    assert judge(given).safe_name == kept


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Report.docx", "attachment; filename=\"Report.docx\"; filename*=UTF-8''Report.docx"),
        ("Résumé.docx", "attachment; filename=\"Resume.docx\"; filename*=UTF-8''R%C3%A9sum%C3%A9.docx"),
        ("中文.docx", "attachment; filename=\"document.docx\"; filename*=UTF-8''%E4%B8%AD%E6%96%87.docx"),
        ("a%20b;c.pdf", "attachment; filename=\"a_20b_c.pdf\"; filename*=UTF-8''a%2520b%3Bc.pdf"),
        (
            'x"\r\nSet-Cookie: a=b.pdf',
            "attachment; filename=\"x-Set-Cookie- a=b.pdf\"; filename*=UTF-8''x-Set-Cookie-%20a%3Db.pdf",
        ),
        ("", "attachment; filename=\"document\"; filename*=UTF-8''document"),
    ],
)
def test_content_disposition_serves_old_and_new_programs(name, header):
    assert content_disposition(name) == header
