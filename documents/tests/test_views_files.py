"""Files in the browser: hostile uploads, downloads, exports of a text."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document, Revision
from documents.publishing.docx import docx_body_text
from documents.tests.browsing import posted
from documents.tests.factories import make_document, make_file, make_revision, word_bytes

S = Revision.Status
NEW = {"title": "A paper", "kind": "paper", "text": "# Scope", "short_title": "", "note": ""}


def zip_of(**files):
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


HOSTILE = {
    "empty.docx": b"",
    "program.docx": b"MZ\x90\x00" + b"\x00" * 200,
    "page.html": b"<html><script>alert(1)</script></html>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "archive.docx": zip_of(**{"readme.txt": "no Word file"}),
    "bomb.docx": zip_of(**{"[Content_Types].xml": "x", "word__document.xml": b"0" * 60_000_000}),
    "big.pdf": b"%PDF-1.4\n" + b"0" * (21 * 1024 * 1024),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_upload_is_refused_beside_the_field(client_of, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile(name, HOSTILE[name])
    response = posted(client_of("iso_secretary"), "/documents/register/", {**NEW, "text": "Kept", "file": upload})
    assert response.status_code == 200
    assert len(response.context["form"].errors["file"]) == 1
    assert 'href="#id_file"' in response.content.decode()
    assert "Kept" in response.content.decode()
    assert Document.objects.count() == 0
    assert list(tmp_path.rglob("*.*")) == []


def test_file_name_with_a_path_and_line_ends_is_stored_safely(client_of):
    draft = make_revision(state=S.DRAFT)
    upload = SimpleUploadedFile("..\\..\\etc\\pass\r\nX: y.docx", word_bytes())
    client_of("iso_secretary").post(f"{draft.get_absolute_url()}attach/", {"file": upload})
    attachment = draft.attachments.get()
    assert not set(attachment.name) & set("\r\n/\\")
    assert attachment.file.name.startswith("revisionfile/")


def test_file_is_a_download_under_its_own_name(client_of):
    revision = make_revision()
    file = make_file(revision, "Überblick.docx")
    response = client_of("observer").get(f"{revision.get_absolute_url()}files/{file.pk}/")
    assert b"".join(response.streaming_content) == b"data"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%C3%9Cberblick.docx" in response.headers["Content-Disposition"]


def test_file_of_another_revision_is_not_found(client_of):
    file = make_file(make_revision(state=S.DRAFT))
    assert client_of("iso_secretary").get(f"{make_revision().get_absolute_url()}files/{file.pk}/").status_code == 404


def test_attach_without_a_file_says_so(client_of):
    draft = make_revision(state=S.DRAFT)
    response = client_of("iso_secretary").post(f"{draft.get_absolute_url()}attach/", {})
    assert "Choose a file." in response.content.decode()


def test_text_is_exported_in_every_format(client_of):
    revision = make_revision(make_document(number=47, title="Plan A/B"), text="# Scope\n\nThe scope is wide.")
    client = client_of("observer")
    assert client.get("/documents/SPCG-47/export/pdf/").content.startswith(b"%PDF-")
    word = client.get("/documents/SPCG-47/export/docx/")
    assert "The scope is wide." in docx_body_text(word.content)
    assert "SPCG-47%20Plan%20A-B.docx" in word.headers["Content-Disposition"]
    web = client.get("/documents/SPCG-47/export/html/")
    assert "The scope is wide." in web.content.decode()
    assert "'sha256-" in web.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in web.headers["Content-Security-Policy"]
    assert revision.reference == "SPCG-47"


def test_export_of_nothing_or_of_a_draft_is_not_found(client_of):
    empty, draft = make_revision(text=""), make_revision(state=S.DRAFT)
    client = client_of("observer")
    for address in (f"{empty}/export/docx", f"{draft}/export/docx", f"{make_revision()}/export/odt"):
        assert client.get(f"/documents/{address}/").status_code == 404
