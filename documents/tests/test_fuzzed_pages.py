"""Any bytes through the forms that take a file, and the reader of words by two workers."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.tests.at_once import at_once
from documents.models import FileWords, RevisionFile
from documents.services.reading import read_files
from documents.tests.factories import make_revision, word_bytes

HEADS = (b"", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", word_bytes()[:400])
NAMES = ("a.docx", "a.pdf", "a.png", "a.csv", "a.odt", "a")


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(HEADS), st.binary(max_size=400), st.sampled_from(NAMES))
def test_any_bytes_are_answered_in_words_and_what_was_typed_stays(client_of, head, data, name):
    with transaction.atomic():  # every example begins with the same register
        _send_everywhere(client_of, head + data, name)
        transaction.set_rollback(True)


def _send_everywhere(client_of, data, name):
    client, draft = client_of("iso_secretary"), make_revision(state="draft")

    def sent(field: str, **more) -> dict:
        return {field: SimpleUploadedFile(name, data), **more}

    values = {"token": uuid.uuid4(), "title": "Paper of the group", "kind": "paper"}
    answer = client.post("/documents/register/", sent("file", **values))
    assert answer.status_code in (200, 302)
    assert answer.status_code == 302 or 'value="Paper of the group"' in answer.content.decode()
    assert client.post(f"{draft.get_absolute_url()}attach/", sent("file")).status_code in (200, 302)
    table = SimpleUploadedFile("t.csv", f"reference,title,files\nSPCG-900,Paper,{name}\n".encode())
    assert client.post("/documents/import/", sent("folder", table=table), follow=True).status_code == 200
    assert client.post("/documents/import/", sent("table"), follow=True).status_code == 200


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections")
@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_the_words_of_a_file_once(cast, client_of):
    """Both may read; whoever writes second finds the words of the first. Seen red without the constraint."""
    draft = make_revision(state="draft")
    file = SimpleUploadedFile("a.docx", word_bytes("beryllium"))
    client_of("iso_secretary").post(f"{draft.get_absolute_url()}attach/", {"file": file})
    FileWords.objects.all().delete()
    at_once(read_files, read_files)
    assert RevisionFile.objects.count() == FileWords.objects.count() == 1
    assert "beryllium" in FileWords.objects.get().text
