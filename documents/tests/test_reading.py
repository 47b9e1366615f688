"""The words inside files: read in a process of its own that may do nothing else, and found by the search."""

import io
import subprocess
import sys
import time
import zipfile

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from core.models import SearchText
from documents.judge import judge_upload
from documents.models import FileWords
from documents.publishing.content import Content, para
from documents.publishing.formats import render
from documents.queries import register_of
from documents.reading import Outcome, process, read_words, reader
from documents.services import register
from documents.services.reading import read_files
from documents.tasks import read_files as task
from documents.tests.browsing import page
from documents.tests.factories import make_file, make_revision, word_bytes
from documents.tests.samples import make_report


def read(kind, data, **options):
    return read_words(kind, io.BytesIO(data), **options)


def excel_bytes() -> bytes:
    out, book = io.BytesIO(), Workbook()
    book.active.append(["Zürich", "Geneva"])
    book.save(out)
    return out.getvalue()


def odt_bytes(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("content.xml", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("docx", word_bytes("Quantum Łódź"), "Quantum Łódź"),
        ("docx", render(make_report(), "docx").data, "Łódź, Škoda, Ελληνικά, Кириллица."),
        ("pdf", render(make_report(), "pdf").data, "Łódź, Škoda, Ελληνικά, Кириллица."),
        ("xlsx", excel_bytes(), "Zürich\nGeneva"),
        ("odt", odt_bytes("<o><p>Open <span>do</span>cument</p><p>two</p></o>"), "Open document\ntwo"),
        ("txt", "Genève".encode("latin-1"), "Genève"),
        ("csv", "\ufeffGenève;1".encode(), "Genève;1"),
        ("txt", "Genève".encode("utf-16"), "Genève"),
    ],
)
def test_words_of_every_kind_are_read(kind, data, words):
    reading = read(kind, data)

    assert reading.outcome == Outcome.READ
    assert words in reading.text


def test_words_in_cells_and_paragraphs_stay_apart():
    assert {"Audience", "When", "Chairs"} <= set(read("docx", render(make_report(), "docx").data).text.split())


def test_pictures_hold_no_words_and_start_no_process(monkeypatch):
    monkeypatch.setattr(process, "_run", lambda *_: pytest.fail("started"))

    assert read("png", b"x") == (Outcome.NONE, "")


def test_file_without_words_is_no_error():
    assert read("pdf", render(Content("Empty"), "pdf").data).outcome in (Outcome.READ, Outcome.NONE)
    assert read("docx", word_bytes("")) == (Outcome.NONE, "")


def test_file_that_cannot_be_read_is_no_error():
    assert read("pdf", b"%PDF-1.7 nothing %%EOF") == (Outcome.UNREADABLE, "")
    assert read("docx", b"PK\x03\x04") == (Outcome.UNREADABLE, "")


def test_long_file_is_cut_and_says_so():
    reading = read("txt", b"word " * 150_000)

    assert reading.outcome == Outcome.PARTLY
    assert len(reading.text) == reader.MOST_CHARACTERS - 1


def test_reader_that_takes_too_long_is_stopped_and_keeps_what_it_has(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import sys, time\nprint('begun', flush=True)\ntime.sleep(60)")
    monkeypatch.setattr(process, "_READER", slow)
    started = time.monotonic()

    assert read("txt", b"x", seconds=1) == (Outcome.PARTLY, "begun")
    assert time.monotonic() - started < 10


def run_limited(code: str) -> subprocess.CompletedProcess:
    """Runs a line of Python under the reader's own limits."""
    folder = str(process._READER.parent)
    start = f"import socket, subprocess, sys; sys.path.insert(0, {folder!r}); import reader; reader.limit(2)\n"
    command = [sys.executable, "-I", "-c", start + code]
    return subprocess.run(command, capture_output=True, text=True, env={}, timeout=30)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("open('/etc/hostname')", "Too many open files"),
        ("open('/tmp/written', 'w')", "Too many open files"),
        ("socket.socket()", "Too many open files"),
        ("subprocess.run(['true'])", "Too many open files"),
        ("bytearray(200 * 1024 * 1024)", "MemoryError"),
    ],
)
def test_reader_opens_nothing_and_stays_small(code, error):
    ended = run_limited(code)

    assert ended.returncode != 0
    assert error in ended.stderr


def test_reader_is_stopped_after_its_seconds():
    started = time.monotonic()

    assert run_limited("while True: pass").returncode < 0
    assert time.monotonic() - started < 15


def test_reader_has_no_environment_and_so_no_secret(monkeypatch, tmp_path):
    spy = tmp_path / "spy.py"
    spy.write_text("import os\nprint(sorted(os.environ))")
    monkeypatch.setattr(process, "_READER", spy)
    monkeypatch.setenv("SECRET_KEY", "very secret")

    assert "SECRET" not in read("txt", b"x").text


def test_bomb_of_xml_ends_small_and_soon():
    data = odt_bytes("<o>" + "<a>" * 400_000 + "x" + "</a>" * 400_000 + "</o>")
    started = time.monotonic()

    assert read("odt", data).outcome in (Outcome.UNREADABLE, Outcome.NONE, Outcome.READ)
    assert time.monotonic() - started < 5


# In the search ------------------------------------------------------------------------------


def attach(revision, by, data, name="paper.docx"):
    stream = ContentFile(data, name=name)
    return register.attach_file(revision, by, judge_upload(name, stream), stream)


def share_with_file(cast, data, name="paper.docx"):
    draft = register.register_document(cast.iso_secretary, title="A paper", kind="paper")
    attach(draft, cast.iso_secretary, data, name)
    return draft


@pytest.mark.parametrize("make", [word_bytes, lambda text: render(Content("T", body=(para(text),)), "pdf").data])
def test_words_inside_a_file_are_found_once_it_is_read(cast, client_of, make):
    name = "paper.docx" if make is word_bytes else "paper.pdf"
    draft = share_with_file(cast, make("The Kryptonite clause."), name)
    register.propose_revision(draft, cast.iso_secretary)
    assert list(register_of(cast.iso_member, q="kryptonite")) == []

    assert read_files() == 1

    assert list(register_of(cast.iso_member, q="kryptonite")) == [draft]
    found = page(client_of("iso_member"), "/search/?q=kryptonite")
    assert "The <mark>Kryptonite</mark> clause." in found


def test_name_of_a_file_is_found_at_once(cast):
    draft = share_with_file(cast, word_bytes(), "Zephyr annex.docx")

    assert list(register_of(cast.iso_secretary, q="zephyr")) == [draft]


def test_words_in_the_file_of_a_draft_are_for_those_who_see_drafts(cast):
    draft = share_with_file(cast, word_bytes("kryptonite"))
    read_files()

    assert list(register_of(cast.iso_secretary, q="kryptonite")) == [draft]
    assert list(register_of(cast.iso_member, q="kryptonite")) == []


def test_words_in_the_file_of_a_newer_draft_are_not_shown_with_the_shared_one(cast):
    first = share_with_file(cast, word_bytes("argon"))
    register.propose_revision(first, cast.iso_secretary)
    second = register.revise_document(first.document, cast.iso_secretary, after=first, text="x")
    attach(second, cast.iso_secretary, word_bytes("kryptonite"))

    read_files()

    assert "argon" in SearchText.objects.get(kind="document").words
    assert "kryptonite" not in SearchText.objects.get(kind="document").words


def test_every_file_is_read_once_also_one_that_is_lost(cast):
    lost = make_file(make_revision(), sha256="1" * 64)
    lost.file.storage.delete(lost.file.name)
    broken = make_file(make_revision())

    task()
    task()

    outcomes = dict(FileWords.objects.values_list("file", "outcome"))
    assert outcomes == {lost.pk: "unreadable", broken.pk: "unreadable"}
    assert read_files() == 0


def test_page_says_of_a_file_that_its_words_cannot_be_found(cast, client_of):
    revision = make_revision()
    make_file(revision)
    assert "cannot read its words" not in page(client_of("observer"), revision.get_absolute_url())

    read_files()

    assert "the search cannot read its words" in page(client_of("observer"), revision.get_absolute_url())
