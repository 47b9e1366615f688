"""What `make bench-reports` renders arrives complete, and a missed limit is told. Times are held there only."""

from __future__ import annotations

import io
import random
import re

import pytest
from docx import Document

from documents.publishing.content import Attachments, Heading, ListBlock
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import render
from documents.publishing.outline import clauses_of
from documents.tests.papers import reader_of, text_of_pages
from meetings.models import AgendaItem, Outcome
from spcg_portal import bench_reports as bench
from spcg_portal.bench_reports import Figure, missed, tell


@pytest.fixture
def large(cast):
    """The large meeting and the large board report, as recorded for the measure."""
    bench.record(random.Random(bench.SEED))
    return bench.contents()


def words_of(data: bytes, form: str) -> str:
    """The text of the body; on paper without the head and foot of each page."""
    if form == "docx":
        return docx_body_text(data)
    return re.sub(r"(?m)^.* Draft$|^.*Page \d+ of \d+$", "", text_of_pages(reader_of(data)))


def bare(text: str) -> str:
    """Without blanks: on paper a line ends where it is full."""
    return re.sub(r"\s", "", text)


def missing(data: bytes, form: str, sentences: list[str]) -> list[str]:
    text = bare(words_of(data, form))
    return [sentence for sentence in sentences if bare(sentence) not in text]


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_meeting_of_60_items_and_200_outcomes_is_complete(large, form):
    titles = list(AgendaItem.objects.values_list("title", flat=True))
    outcomes = list(Outcome.objects.values_list("text", flat=True))
    assert (len(titles), len(outcomes)) == (60, 200)
    data = render(large["meeting report"](), form).data
    notes = list(AgendaItem.objects.values_list("note", flat=True))
    numbers = [
        f"Decision 1/{number}" for number in Outcome.objects.filter(number__gt=0).values_list("number", flat=True)
    ]
    assert len(numbers) == 67
    assert missing(data, form, [*titles, *notes, *outcomes, *numbers]) == []


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_board_report_of_40_sections_and_100_attachments_is_complete(large, form):
    content = large["board report"]()
    data = render(content, form).data
    headings = [block.text for block in content.body if isinstance(block, Heading)]
    (attached,) = (block.items for block in content.body if isinstance(block, Attachments))
    paragraphs = [run.text for block in content.body for run in getattr(block, "runs", ())]
    items = [
        run.text for block in content.body if isinstance(block, ListBlock) for item in block.items for run in item.runs
    ]
    assert (len(headings), len(attached), len(paragraphs), len(items)) == (41, 100, 120, 120)
    listed = [f"{item.reference} {item.title}" for item in attached]
    assert missing(data, form, [*headings, *paragraphs, *items, *listed]) == []


def test_word_counts_every_section_of_the_large_reports(large):
    for name, sections in (("meeting report", 60 + 6), ("board report", 41)):
        document = Document(io.BytesIO(render(large[name](), "docx").data))
        assert sum(found.style.name.startswith("Heading") for found in document.paragraphs) == sections


@pytest.mark.parametrize(("name", "headings"), [("meeting report", 66), ("board report", 41)])
def test_long_reports_begin_with_a_list_of_contents_whose_links_lead_to_the_headings(large, name, headings):
    content = large[name]()
    labels = [clause.label for clause in clauses_of(content.body)]
    word = Document(io.BytesIO(render(content, "docx").data)).paragraphs
    listed = [item for item in word if item.style.name.startswith("toc ")]
    assert [item.text.replace("\t", " ") for item in listed] == labels
    targets = [found.style.name for item in listed for link in item.hyperlinks for found in _at(word, link.fragment)]
    assert len(targets) == len(labels) == headings
    assert {target[:7] for target in targets} == {"Heading"}
    paper = reader_of(render(content, "pdf").data)
    inside = [note for page in paper.pages for note in page.get("/Annots", []) if _leads_inside(note.get_object())]
    assert len(inside) >= headings


def _at(paragraphs: list, bookmark: str) -> list:
    return [found for found in paragraphs if found._p.xpath(f"w:bookmarkStart[@w:name='{bookmark}']")]


def _leads_inside(note: dict) -> bool:
    return "/Dest" in note or note.get("/A", {}).get("/S") == "/GoTo"


def test_every_limit_and_size_is_as_promised():
    assert (bench.SECONDS, bench.MEGABYTES) == ({"docx": 1.0, "pdf": 1.5, "nine": 5.0}, 250)
    assert (bench.ITEMS, bench.OUTCOMES, bench.SECTIONS, bench.ATTACHMENTS) == (60, 200, 40, 100)


def test_a_limit_is_missed_by_the_worst_run_and_told_in_a_sentence():
    slow, quick = Figure("one", [0.1, 0.2, 1.6], 1.5), Figure("other", [0.1, 0.2, 1.4], 1.5)
    assert missed([slow, quick, Figure("free", [99.0], None)], 249) == [
        "one: took 1.60 s, and 1.5 s are allowed.",
    ]
    assert missed([quick], 250) == ["peak memory: took 250 MB, and 250 MB are allowed."]


def test_what_is_within_the_limits_ends_with_0_and_shows_median_and_worst(capsys):
    assert tell([Figure("one", [0.1, 0.2, 1.4], 1.5)], 200) == 0
    told = capsys.readouterr()
    assert re.search(r"one +0\.200 +1\.400 +1\.5 +–", told.out)
    assert "200 MB, limit 250 MB" in told.out
    assert told.err == ""


def test_the_command_ends_with_1_and_a_sentence_for_each_limit_that_was_missed(large, monkeypatch, capsys):
    """Really measured, against limits that nothing can keep."""
    monkeypatch.setattr(bench, "TIMES", 1)
    monkeypatch.setattr(bench, "SECONDS", dict.fromkeys(bench.SECONDS, 0.0))
    monkeypatch.setattr(bench, "MEGABYTES", 1)
    assert bench.main(["measure", ""]) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in told] == [
        "meeting report, first PDF of all",
        "meeting report, DOCX",
        "meeting report, PDF",
        "board report, DOCX",
        "board report, PDF",
        "all nine, recorded, as a ZIP",
        "peak memory",
    ]
    assert all(line.endswith("are allowed.") for line in told)
