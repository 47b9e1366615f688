"""Hostile files, made here: never an error, never more than 200 MB or 5 seconds, in judge, reader and pages."""

import io
import multiprocessing
import re
import resource
import signal
import struct
import time
import uuid
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.judge import Refused, judge_upload
from documents.models import FileWords
from documents.publishing.formats import render
from documents.reading import process, read_words
from documents.tests.factories import make_revision, word_bytes
from documents.tests.samples import make_report
from documents.tests.test_judge import office_parts, package, relation, rels

MEGABYTE = 1024 * 1024
MOST_MEMORY, MOST_SECONDS = 200 * MEGABYTE, 5
WORD = word_bytes("Hello")
PDF = render(make_report(), "pdf").data


def with_part(name: str, data: bytes | str) -> bytes:
    return package(office_parts() | {name: data})


def document(xml: str) -> bytes:
    return with_part("word/document.xml", xml)


def stored(parts: list[tuple[str, bytes]]) -> bytes:
    """A package without compression, in which also two parts may have one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer, warnings.catch_warnings(action="ignore"):
        for name, data in parts:
            writer.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def lying(data: bytes) -> bytes:
    """The index says of every part that it is one byte long."""
    return re.sub(rb"(PK\x01\x02.{20})(.{4})", lambda found: found[1] + struct.pack("<L", 1), data, flags=re.DOTALL)


def overlapping(copies: int) -> bytes:
    """Many entries of the index lead to one and the same large part."""
    part = zlib.compress(bytes(5 * MEGABYTE), 9)[2:-4]
    crc = zlib.crc32(bytes(5 * MEGABYTE))
    sizes = struct.pack("<LLL", crc, len(part), 5 * MEGABYTE)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"a" + part
    head = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    tail = struct.pack("<HHHHHLL", 4, 0, 0, 0, 0, 0, 0)
    index = b"".join(head + tail + f"{n:04}".encode() for n in range(copies))
    return local + index + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, copies, copies, len(index), len(local), 0)


def pdf_of(stream: bytes, filters: str = "/FlateDecode") -> bytes:
    """One page whose content is this stream."""
    return (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length %d/Filter[%s]>>"
        b"stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF" % (len(stream), filters.encode(), stream)
    )


def loops(data: bytes) -> bytes:
    return data.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")


def open_document(content: str) -> bytes:
    manifest = {"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": "<m/>"}
    return package(manifest | {"content.xml": content})


SMALL = "".join(f"<a>{n * 7919 % 100_000}</a>" for n in range(1000))
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
CORPUS = {
    "billion laughs.docx": document(f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]><x>&a11;</x>'),
    "reads a file.docx": document('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
    "deep.docx": document("<a>" * 100_000 + "</a>" * 100_000),
    "deep rels.docx": with_part("word/_rels/document.xml.rels", "<a>" * 100_000 + "</a>" * 100_000),
    "many attributes.docx": with_part("_rels/.rels", "<x " + " ".join(f"a{n}='1'" for n in range(60_000)) + "/>"),
    "long attribute.docx": with_part("word/_rels/a.rels", rels(relation("hyperlink", "x" * 3 * MEGABYTE, "External"))),
    "many paragraphs.docx": document(f"<w>{'<p><t>word</t></p>' * 200_000}</w>"),
    "huge text.docx": document(f"<w><p><t>{'ab cd ' * MEGABYTE}</t></p></w>"),
    "bomb.docx": with_part("word/media/a.png", bytes(30 * MEGABYTE)),
    "bomb in pieces.docx": package(office_parts() | {f"word/{n}.bin": bytes(900_000) for n in range(300)}),
    "lying bomb.docx": lying(with_part("word/big.xml", b"<x>" + bytes(30 * MEGABYTE))),
    "overlapping.docx": overlapping(2000),
    "nested.docx": with_part("word/embeddings/a.zip", package({"b.zip": package({"c": bytes(50 * MEGABYTE)})})),
    "two of a name.docx": stored([("word/document.xml", b"<a/>"), ("word/document.xml", b"<b/>")]),
    "link.docx": stored([("[Content_Types].xml", b"../../../etc/passwd")]),
    "only an end.docx": b"PK\x05\x06" + bytes(18),
    "comment.docx": WORD[:-2] + struct.pack("<H", 60_000) + b"PK\x05\x06" * 15_000,
    "zeros.docx": b"PK\x03\x04" + bytes(5 * MEGABYTE),
    "null.docx": with_part("word/a\0b.xml", b"<x/>"),
    "small elements.odt": open_document(f"<w>{SMALL * 3000}</w>"),
    "small elements.docx": document(f"<w>{SMALL * 3000}</w>"),
    "many relations.docx": package(office_parts() | {f"a/{n}.rels": f"<r>{SMALL * 200}</r>" for n in range(30)}),
    "bomb.pdf": pdf_of(zlib.compress(bytes(40 * MEGABYTE), 9)),
    "twice squeezed.pdf": pdf_of(zlib.compress(zlib.compress(bytes(40 * MEGABYTE), 9), 9), "/FlateDecode/FlateDecode"),
    "loop.pdf": loops(pdf_of(b"x", "")),
    "deep.pdf": pdf_of(b"[" * 200_000, ""),
    "endless.pdf": b"%PDF-1.7\n" + b"1 0 obj<<" * 200_000 + b"%%EOF",
    "cut.pdf": PDF[: len(PDF) // 2] + b"%%EOF",
    "names.pdf": PDF.replace(b"/Type", b"/Tpye"),
    "long line.csv": b"a;" * 5 * MEGABYTE,
    "marks.txt": "\u202e\u2066\ufeff".encode() * MEGABYTE,
    "half.txt": b"\xff\xfe" + b"\xd8" * MEGABYTE,
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 100,
}


def judged(name: str, data: bytes) -> None:
    try:
        judge_upload(name, io.BytesIO(data))
    except Refused as refused:
        assert refused.reason  # noqa: PT017 - both answers are right


def _judge_within_limits(name: str, data: bytes) -> None:
    """In a process of its own: more memory is a MemoryError there, more seconds are its end."""
    status = Path("/proc/self/status").read_text()
    used = int(re.search(r"VmData:\s+(\d+)", status)[1]) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (used + MOST_MEMORY, used + MOST_MEMORY))
    seconds = int(time.process_time()) + MOST_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    judged(name, data)


@pytest.mark.parametrize("name", CORPUS)
def test_judge_stays_small_and_quick(name):
    process = multiprocessing.get_context("fork").Process(target=_judge_within_limits, args=(name, CORPUS[name]))
    process.start()
    process.join(60)

    assert process.exitcode == 0


@pytest.mark.parametrize("name", CORPUS)
def test_reader_stays_small_and_quick(name):
    """Its limits hold what it takes (below); whatever it meets there, it ends with an outcome in words."""
    reading = read_words(name.rpartition(".")[2], io.BytesIO(CORPUS[name]))

    assert str(FileWords.Outcome(reading.outcome).label)


GREEDY = {
    "seconds": "while True: pass",
    "memory": "held = [bytearray(1024 * 1024) for _ in range(190)]",
    "limits": "import resource as r; print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CPU))",
}


def run_reader(monkeypatch, tmp_path, code: str):
    """The reader as the portal starts it; in the place of reading it does this, under the limits that it sets."""
    greedy = tmp_path / "reader.py"
    asks = f'if __name__ == "__main__":\n    limit(int(sys.argv[2]))\n    {code}\n'
    greedy.write_text(process._READER.read_text().partition('if __name__ == "__main__"')[0] + asks)
    monkeypatch.setattr(process, "_READER", greedy)
    return read_words("txt", io.BytesIO(b"x"))


def test_reader_sets_limits_below_the_promise(monkeypatch, tmp_path):
    told = run_reader(monkeypatch, tmp_path, GREEDY["limits"]).text

    memory, seconds = re.findall(r"\((\d+), (\d+)\)", told)
    assert max(map(int, memory)) <= MOST_MEMORY
    assert max(map(int, seconds)) <= MOST_SECONDS


@pytest.mark.parametrize(("greed", "end"), [("seconds", -signal.SIGKILL), ("memory", 1)])
def test_greedy_reading_is_ended_by_its_limits_in_words(monkeypatch, tmp_path, greed, end):
    """Seen red without the limits: the one then ends by the clock alone, the other comes to its end."""
    ends, outcome_of = [], process._outcome
    monkeypatch.setattr(process, "_PATIENCE", 60)
    monkeypatch.setattr(process, "_outcome", lambda code, text: ends.append(code) or outcome_of(code, text))

    outcome = run_reader(monkeypatch, tmp_path, GREEDY[greed]).outcome

    assert ends == [end]
    assert FileWords.Outcome(outcome).label == "the search cannot read its words"


@pytest.mark.parametrize("name", CORPUS)
def test_page_answers_in_words(cast, client_of, name):
    values = {"token": uuid.uuid4(), "title": "Paper", "kind": "paper", "file": SimpleUploadedFile(name, CORPUS[name])}
    answer = client_of("iso_secretary").post("/documents/register/", values)

    assert answer.status_code in (200, 302)
    assert answer.status_code == 302 or 'value="Paper"' in answer.content.decode()


@pytest.mark.parametrize("name", CORPUS)
def test_attaching_and_importing_answer_in_words(cast, client_of, name):
    """The other two forms of the room that take a file; the import also as a file of its archive, judged on the check
    page."""
    client, draft = client_of("iso_secretary"), make_revision(state="draft")
    data, table = CORPUS[name], f"reference,title,files\nSPCG-900,Paper,{name}\n".encode()
    answer = client.post(f"{draft.get_absolute_url()}attach/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code in (200, 302)
    for folder in (data, stored([(name, data)])):
        files = {"table": SimpleUploadedFile("t.csv", table), "folder": SimpleUploadedFile("f.zip", folder)}
        answer = client.post("/documents/import/", files, follow=True)
        assert answer.status_code == 200
    assert client.post("/documents/import/", {"table": SimpleUploadedFile(name, data)}).status_code in (200, 302)


@pytest.mark.parametrize("name", ["small elements.odt", "many relations.docx"])
def test_what_no_office_program_writes_is_said(name):
    with pytest.raises(Refused, match="too many parts to be an ordinary document"):
        judge_upload(name, io.BytesIO(CORPUS[name]))


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([("a.docx", WORD), ("a.pdf", PDF), ("a.docx", package(office_parts()))]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=8)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_broken_file_is_refused_or_accepted_and_never_an_error(sample, changes, cut):
    name, data = sample
    broken = bytearray(data)
    for place, piece in changes:
        at = int(place * len(broken))
        broken[at : at + len(piece)] = piece

    judged(name, bytes(broken))
    judged(name, bytes(broken[: int(cut * len(broken))]))


PARTS = st.sampled_from([*office_parts(), "word/_rels/document.xml.rels", "a", "../a", "mimetype", "content.xml"])
WORDS = st.sampled_from(["<", ">", "/>", "<x", "<!DOCTYPE x", "<!ENTITY", 'Target="', "\0", "Relationship", "é", '"'])


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PARTS, st.one_of(st.binary(max_size=40), st.lists(WORDS, max_size=9).map("".join)), max_size=6))
def test_made_up_package_is_refused_or_accepted_and_never_an_error(parts):
    judged("a.docx", package(office_parts() | parts))
    judged("a.docx", package(parts))


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.binary(max_size=300))
def test_any_bytes_under_any_name_are_refused_or_accepted(name, data):
    judged(name, data)
