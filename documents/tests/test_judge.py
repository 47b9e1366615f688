import contextlib
import hashlib
import io
import struct
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from documents.judge import LIMIT, Refused, judge_upload, safe_name
from documents.publishing.formats import render
from documents.tests.samples import make_report

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
OFFICE = "application/vnd.openxmlformats-officedocument."
XLINK = 'xmlns:x="http://www.w3.org/1999/xlink"'
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(30)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def word_file() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def package(parts: dict[str, str | bytes], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, part in parts.items():
            writer.writestr(name, part)
    return out.getvalue()


def rels(*relationships: str) -> str:
    return f'<Relationships xmlns="x">{"".join(relationships)}</Relationships>'


def relation(kind: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r" Type="{RELS}{kind}" Target="{target}"{mode}/>'


def types(main: str, *more: str, part: str = "/word/document.xml") -> str:
    overrides = "".join(f'<Override PartName="/x{number}" ContentType="{kind}"/>' for number, kind in enumerate(more))
    return f'<Types xmlns="x"><Override PartName="{part}" ContentType="{main}"/>{overrides}</Types>'


def office_parts(**overrides) -> dict[str, str | bytes]:
    """The parts of the smallest Word file; in the names of overrides "__" is a slash and "_" a dot."""
    parts = {
        "[Content_Types].xml": types(OFFICE + "wordprocessingml.document.main+xml"),
        "_rels/.rels": rels(relation("officeDocument", "word/document.xml")),
        "word/document.xml": "<document/>",
    }
    return parts | overrides


def odt_parts(**overrides) -> dict[str, str | bytes]:
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": "<content/>",
    }
    return parts | overrides


def judge(name: str, data: bytes, **options):
    return judge_upload(name, io.BytesIO(data), **options)


def refusal(name: str, data: bytes, **options) -> str:
    with pytest.raises(Refused) as caught:
        judge(name, data, **options)
    assert safe_name(name) in caught.value.reason
    return caught.value.reason


# Accepted ----------------------------------------------------------------------------------


def excel_file() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def slides() -> dict[str, str | bytes]:
    return office_parts() | {
        "[Content_Types].xml": types(OFFICE + "presentationml.presentation.main+xml", part="/ppt/presentation.xml"),
        "_rels/.rels": rels(relation("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": "<presentation/>",
    }


@pytest.mark.parametrize(
    ("name", "data", "kind", "content_type"),
    [
        ("a.docx", word_file(), "docx", OFFICE + "wordprocessingml.document"),
        ("small.docx", package(office_parts()), "docx", OFFICE + "wordprocessingml.document"),
        ("a.xlsx", excel_file(), "xlsx", OFFICE + "spreadsheetml.sheet"),
        ("a.pptx", package(slides()), "pptx", OFFICE + "presentationml.presentation"),
        ("a.odt", package(odt_parts()), "odt", "application/vnd.oasis.opendocument.text"),
        ("a.pdf", render(make_report(), "pdf").data, "pdf", "application/pdf"),
        ("a.png", PNG, "png", "image/png"),
        ("a.JPG", b"\xff\xd8\xff\xe0" + bytes(50), "jpeg", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0" + bytes(50), "jpeg", "image/jpeg"),
        ("a.csv", b"\xef\xbb\xbfname;address\r\n=1+1;x\r\n", "csv", "text/csv"),
        ("a.txt", "Genève\n".encode("latin-1"), "text", "text/plain"),
        ("utf16.txt", "Genève".encode("utf-16"), "text", "text/plain"),
        ("PKI notes.txt", b"PKI is not a package, and MZ is not a program.", "text", "text/plain"),
        ("MZ.txt", b"MZ begins this text.", "text", "text/plain"),
        ("notes.md", b"# Notes", "text", "text/plain"),
    ],
)
def test_ordinary_file_is_accepted(name, data, kind, content_type):
    stream = io.BytesIO(data)

    judged = judge_upload(name, stream)

    assert (judged.kind, judged.content_type, judged.size) == (kind, content_type, len(data))
    assert judged.sha256 == hashlib.sha256(data).hexdigest()
    assert judged.safe_name == name
    assert stream.tell() == 0


def test_hyperlinks_may_point_elsewhere():
    links = rels(relation("hyperlink", "https://iso.org/", "External"), relation("image", "media/a.png"))

    assert judge("a.docx", package(office_parts() | {"word/_rels/document.xml.rels": links})).kind == "docx"


def test_links_of_an_open_document_may_point_elsewhere():
    content = (
        '<c xmlns:x="http://www.w3.org/1999/xlink"><a x:href="https://iso.org/"/><image x:href="Pictures/a.png"/></c>'
    )

    assert judge("a.odt", package(odt_parts() | {"content.xml": content})).kind == "odt"


# Refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.docx", b"", "is empty"),
        ("setup.docx", b"MZ\x90\0\x03" + bytes(100), "is a program"),
        ("tool.pdf", b"\x7fELF" + bytes(100), "is a program"),
        ("tool.txt", b"\xcf\xfa\xed\xfe" + bytes(100), "is a program"),
        ("Report.docx.lnk", b"\x4c\0\0\0\x01\x14\x02\0" + bytes(100), "is a program"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "is a script"),
        ("a.txt", b"\xef\xbb\xbf  <?php echo 1;", "is a script"),
        ("a.csv", b"<!DOCTYPE html><p>", "web page"),
        ("run.bat", b"del c:\\", "is a script"),
        ("a.ps1", b"Get-Item", "is a script"),
        ("old.doc", OLE2 + "WordDocument".encode("utf-16-le"), "Save it as .docx"),
        ("old.docx", OLE2 + "WordDocument".encode("utf-16-le"), "Save it as .docx"),
        ("old.xls", OLE2 + "Workbook".encode("utf-16-le"), "Save it as .xlsx"),
        ("old.ppt", OLE2 + "PowerPoint Document".encode("utf-16-le"), "Save it as .pptx"),
        ("secret.docx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("installer.msi", OLE2, "not of a kind that is accepted"),
        ("old.rtf", b"{\\rtf1 text}", "Save it as .docx"),
        ("a.gif", b"GIF89a\x01\0\x01\0", "not of a kind that is accepted"),
        ("a.txt", b"text with \x01 control", "not of a kind that is accepted"),
        ("a.txt", b"\xff\xfea", "not of a kind that is accepted"),
        ("a.txt", b"\xff\xfea\0\x01\0", "not of a kind that is accepted"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj", "incomplete PDF"),
        ("locked.pdf", b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n%%EOF", "encrypted PDF"),
        ("locked.pdf", b"%PDF-1.7\n" + b" " * (1024 * 1024 - 12) + b"/Encrypt 5 0 R %%EOF", "encrypted PDF"),
    ],
)
def test_other_content_is_refused_with_its_reason(name, data, reason):
    assert reason in refusal(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", word_file()),
        ("a.pdf", word_file()),
        ("a.docx", excel_file()),
        ("a.docx", b"plain text"),
        ("a.png", b"\xff\xd8\xff\xe0" + bytes(50)),
        ("a.docx", b"%PDF-1.7\n%%EOF"),
        ("a.xml", b"plain text"),
    ],
)
def test_name_that_disagrees_with_the_content_is_refused(name, data):
    assert f"ends in .{name[2:]}, but what is in it is" in refusal(name, data)


def test_too_large_file_is_refused_without_reading_it_whole():
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *_):
            return 0

        def read(self, size=-1):
            assert 0 < size <= 1024 * 1024
            self.given += size
            return bytes(size)

    endless = Endless()

    with pytest.raises(Refused, match="larger than 20 MB"):
        judge_upload("film.docx", endless)

    assert endless.given <= LIMIT + 1024 * 1024


def test_limit_is_a_parameter_and_is_itself_allowed():
    assert judge("a.txt", b"x" * 1024, limit=1024).size == 1024
    assert "larger than 0.5 MB" in refusal("a.txt", b"x" * 600_000, limit=512 * 1024)


MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/vbaProject.bin": b"x"}, "holds macros"),
        ({"word/activeX/activeX1.xml": "<x/>"}, "active controls"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "holds macros"),
        ({"word/embeddings/Sheet.xlsm": b"x"}, "holds macros"),
        ({"[Content_Types].xml": types(MACRO_TYPE)}, "holds macros"),
        ({"[Content_Types].xml": types("a", "application/vnd.ms-office.vbaProject")}, "holds macros"),
        ({"[Content_Types].xml": types(OFFICE + "wordprocessingml.template.main+xml")}, "is a template"),
        ({"[Content_Types].xml": types("application/vnd.ms-visio.drawing.main+xml")}, "not of a kind"),
        ({"word/media/image1.png": b"MZ\x90\0" + bytes(50)}, "holds a program"),
        ({"../evil.xml": "<x/>"}, "point outside"),
        ({"word/../../evil.xml": "<x/>"}, "point outside"),
        ({"/etc/passwd": "x"}, "point outside"),
        ({"C:/x.xml": "<x/>"}, "point outside"),
        ({"word\\evil.xml": "<x/>"}, "point outside"),
        ({"WORD/document.xml": "<x/>"}, "is damaged"),
        ({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "(a DTD)"),
        ({"word/document.xml": "<x/>" + " " * 400_000 + "<!ENTITY"}, "(a DTD)"),
        ({"word/document.xml": "<x/>" + " " * (256 * 1024 - 8) + "<!ENTITY"}, "(a DTD)"),
        ({"word/document.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'.encode("utf-16")}, "(a DTD)"),
        ({"word/document.xml": '<?xml version="1.0" encoding="utf-7"?><x/>'}, "is damaged"),
        ({"word/document.xml": '<?xml version="1.0"?><!DOCTYPE x><x/>'.encode("cp037")}, "is damaged"),
        ({"word/theme/theme.vml": "<!DOCTYPE x><x/>"}, "(a DTD)"),
        ({"[Content_Types].xml": "<Types>"}, "is damaged"),
        ({"_rels/.rels": rels()}, "is damaged"),
        ({"_rels/.rels": rels(relation("officeDocument", "word/missing.xml"))}, "is damaged"),
    ],
)
def test_dangerous_office_file_is_refused(parts, reason):
    assert reason in refusal("a.docx", package(office_parts() | parts))


@pytest.mark.parametrize(
    ("relationship", "reason"),
    [
        (relation("attachedTemplate", "https://evil.example/t.dotm", "External"), "attached to a template"),
        (relation("attachedTemplate", "file:///C:/t.dotx", "external"), "attached to a template"),
        (relation("image", "https://evil.example/pixel.png", "External"), "(image)"),
        (relation("oleObject", "\\\\server\\share\\x", "External"), "(oleObject)"),
        (relation("frame", "https://evil.example/"), "(frame)"),
        (relation("image", "//server/x.png"), "(image)"),
    ],
)
def test_office_file_that_loads_from_elsewhere_is_refused(relationship, reason):
    parts = office_parts() | {"word/_rels/settings.xml.rels": rels(relationship)}

    assert reason in refusal("a.docx", package(parts))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"Basic/Standard/Module1.xml": "<x/>"}, "holds macros"),
        ({"content.xml": f'<c {XLINK}><listener x:href="vnd.sun.star.script:a"/></c>'}, "holds macros"),
        ({"content.xml": f'<c {XLINK}><image x:href="https://evil.example/p.png"/></c>'}, "(image)"),
        ({"styles.xml": f'<c {XLINK}><fill-image x:href="../../p.png"/></c>'}, "(fill-image)"),
        ({"meta.xml": f'<m {XLINK}><template x:href="https://evil.example/t.ott"/></m>'}, "(template)"),
        ({"META-INF/manifest.xml": '<m xmlns:m="x"><m:encryption-data/></m>'}, "password"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "not of a kind"),
        ({"content.xml": "<unclosed>"}, "is damaged"),
    ],
)
def test_dangerous_open_document_is_refused(parts, reason):
    assert reason in refusal("a.odt", package(odt_parts() | parts))


@pytest.mark.parametrize("size", [30, 60, 100, 1000, -30])
def test_cut_package_is_refused(size):
    assert "is damaged" in refusal("a.docx", word_file()[:size])


def test_no_broken_byte_is_an_error():
    whole = package(office_parts())
    reasons = []

    for position in range(len(whole)):
        for value in (0, 255, whole[position] ^ 1):
            with contextlib.suppress(Refused):
                judge("a.docx", whole[:position] + bytes([value]) + whole[position + 1 :])
                reasons.append(position)

    assert len(reasons) < len(whole)


def test_archive_is_refused_as_an_archive():
    assert "ZIP archive" in refusal("a.zip", package({"a.docx": word_file()}))
    assert "not of a kind" in refusal("a.docx", package({"META-INF/MANIFEST.MF": "x", "A.class": b"x"}))


def test_encrypted_entries_are_refused():
    data = bytearray(package(office_parts()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1

    assert "password" in refusal("a.docx", bytes(data))


def test_bomb_is_refused_by_what_it_declares():
    assert "unpack to far more" in refusal(
        "a.docx", package(office_parts() | {"word/big.xml": b"<x>" + bytes(8_000_000)})
    )


def test_bomb_is_refused_before_anything_is_unpacked(monkeypatch):
    data = package(office_parts() | {f"word/{number}.bin": bytes(500_000) for number in range(450)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_args, **_options: pytest.fail("unpacked"))

    assert "unpack to far more" in refusal("a.docx", data)


def test_too_many_parts_are_refused():
    assert "too many parts" in refusal("a.docx", package({f"{number}": b"" for number in range(3001)}))


def test_index_larger_than_it_says_is_refused():
    data = bytearray(package(office_parts()))
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<H", data, at + 10, 60_000)

    assert "too many parts" in refusal("a.docx", bytes(data))
