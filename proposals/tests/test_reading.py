"""The received form, read out of documents in the layouts in which such forms come, and out of hostile ones."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date, timedelta
from time import perf_counter

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from core.dates import today
from documents.judge import Refused, judge_upload
from proposals.reading import MOST_PARAGRAPHS, Unreadable, day_in, label_of, read_proposal_form

TITLE = "Safety of connected toys"
SCOPE = "Safety of toys that are connected to a network: risks, updates, privacy of children.\n\nExcluded: video games."
WHY = "Accidents and leaks have been reported in many countries."
RECEIVED = date(2020, 11, 25)
DECISION = date(2021, 2, 16)
REPLY = today() + timedelta(days=40)


def stream_of(document) -> io.BytesIO:
    stream = io.BytesIO()
    document.save(stream)
    stream.seek(0)
    return stream


def two_columns():
    """ISO Form 1: labels with notes at the left, what was filled in at the right."""
    document = Document()
    document.add_heading("Proposal for a new field of technical activity", 0)
    rows = [
        ("Date of proposal", "2020-11-25"),
        ("Reference number (to be given by the Central Secretariat)", "ISO/TS/P 299"),
        ("Proposer", "SAC (China)"),
        ("Title of the proposed new committee (The title shall be clear and concise):", TITLE),
        ("Scope statement of the proposed new committee (The scope shall define the limits.)", SCOPE),
        ("Purpose and justification for the proposal", WHY),
        ("TMB decision", "16 February 2021"),
        ("Closing date for comments", f"{REPLY:%d/%m/%Y}"),
    ]
    table = document.add_table(rows=0, cols=2)
    for label, text in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, text
    return document


def below_each_other():
    """One column: the label, the form's note about it, and below in the same or the next cell the answer."""
    document = Document()
    table = document.add_table(rows=0, cols=1)
    for text in (
        "1. Title (concise, without the word standardization)",
        TITLE,
        "2. Proposed by\n(to be completed by the secretariat)\nSAC (China)",
        "3. Scope",
        f"(The scope shall precisely define the limits.)\n{SCOPE}",
        f"4. Purpose and justification:\n{WHY}",
        "5. Programme of work",
        "Three standards.",
        "6. Date received",
        "25 November 2020",
        "7. Decision expected",
        "16 Feb 2021",
        f"8. Reply by: {REPLY:%Y-%m-%d}",
    ):
        table.add_row().cells[0].text = text
    return document


def headings():
    document = Document()
    document.add_heading("New work item proposal", 0)
    for heading, text in (
        ("Title", TITLE),
        ("Originator", "SAC (China)"),
        ("1 Scope", SCOPE),
        ("2 Rationale", WHY),
        ("3 Survey of similar work", "None is known to us."),
        ("Date of submission", "November 25, 2020"),
        ("Date of decision", "16.02.2021"),
        ("Deadline for comments", f"{REPLY:%d %B %Y}"),
    ):
        document.add_heading(heading.replace("1 ", "1. ").replace("2 ", "2. ").replace("3 ", "3. "), 2)
        for part in text.split("\n\n"):
            document.add_paragraph(part)
    return document


def colons():
    """A letter: label, colon, answer; a tab in place of the colon does as well."""
    document = Document()
    document.add_paragraph("Dear colleagues,")
    for line in (
        f"Subject: “{TITLE}”",
        "Submitted by:\tSAC (China)",
        "Received: 25th November 2020",
        "SMB decision – 16 February 2021",
        f"Comments by\t{REPLY:%d.%m.%Y}",
        f"Scope: {SCOPE.split(chr(10))[0]}",
        SCOPE.split("\n")[-1],
        f"Market relevance: {WHY}",
        "Contact: the secretariat",
    ):
        document.add_paragraph(line)
    return document


def bold_lines():
    """ITU-T: bold labels in a line of their own, or at the head of the line."""
    document = Document()
    for label, text in (
        ("Source:", "SAC (China)"),
        ("Title:", TITLE),
        ("Motivation", WHY),
        ("Question text", SCOPE),
        ("Tasks", "Draft two Recommendations."),
        ("Date:", "25 November 2020"),
        ("TSAG decision", "16 February 2021"),
        ("Deadline for replies", f"{REPLY:%d %b %Y}"),
    ):
        paragraph = document.add_paragraph()
        paragraph.add_run(label).bold = True
        if label.endswith(":"):
            paragraph.add_run(f"\t{text}")
            continue
        for part in text.split("\n\n"):
            document.add_paragraph(part)
    return document


def heads_of_columns():
    """A row of labels, and the answers in the row below; long texts in framed boxes under headings."""
    document = Document()
    table = document.add_table(rows=2, cols=4)
    answers = (TITLE, "SAC (China)", "25/11/2020", "16 February 2021")
    for column, label in enumerate(("Working title", "National body", "Date received", "Board decision")):
        table.rows[0].cells[column].text, table.rows[1].cells[column].text = label, answers[column]
    for heading, text in (("Scope", SCOPE), ("Justification", WHY), ("Reply by", f"{REPLY:%Y-%m-%d}")):
        document.add_heading(heading, 1)
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = text
    return document


def content_controls():
    """Word's own form: what is filled in stands in content controls; the untouched ones show prompts."""
    document = Document()
    table = document.add_table(rows=0, cols=2)
    for label, text, is_prompt in (
        ("Title", TITLE, False),
        ("Name of the proposer", "SAC (China)", False),
        ("Scope", SCOPE, False),
        ("Business case", "Explain here.", True),
        ("Rationale", WHY, False),
        ("Date received", "25 November 2020", False),
        ("Board decision", "2021-02-16", False),
        ("Closing date", f"{REPLY:%d %B %Y}", False),
    ):
        cells = table.add_row().cells
        cells[0].text = label
        paragraph = cells[1].paragraphs[0]._p
        words = "<w:br/><w:br/>".join(f"<w:t>{part}</w:t>" for part in text.split("\n\n"))
        prompt = "<w:showingPlcHdr/>" if is_prompt else ""
        paragraph.append(
            parse_xml(
                f"<w:sdt {nsdecls('w')}><w:sdtPr>{prompt}</w:sdtPr><w:sdtContent><w:r>{words}</w:r>"
                "</w:sdtContent></w:sdt>"
            )
        )
    return document


LAYOUTS = [two_columns, below_each_other, headings, colons, bold_lines, heads_of_columns, content_controls]


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_values(layout):
    stream = stream_of(layout())
    judge_upload("form.docx", stream)
    values = read_proposal_form(stream).values
    assert {name: in_one_line(value) if isinstance(value, str) else value for name, value in values.items()} == {
        "title": TITLE,
        "proposer": "SAC (China)",
        "scope": in_one_line(SCOPE),
        "justification": WHY,
        "received_on": RECEIVED,
        "board_decision_on": DECISION,
        "reply_by_on": REPLY,
    }


def test_paragraphs_of_a_scope_stay_paragraphs():
    assert read_proposal_form(stream_of(headings())).values["scope"] == SCOPE


def test_nothing_is_made_of_an_ordinary_letter_or_an_empty_form():
    letter = Document()
    letter.add_heading("Minutes of the meeting")
    letter.add_paragraph("We met on 25 November 2020 and spoke about the title of the new work and its scope.")
    assert read_proposal_form(stream_of(letter)).values == {}
    empty = Document()
    table = empty.add_table(rows=0, cols=2)
    for label, prompt in (
        ("Title", "Click or tap here to enter text."),
        ("Scope", "(the scope shall define the limits)"),
        ("Proposer", "…………"),
        ("Date", "dd.mm.yyyy"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, prompt
    assert read_proposal_form(stream_of(empty)).values == {}


def test_a_day_that_the_form_would_refuse_is_not_filled_in():
    document = Document()
    document.add_paragraph("Date received: 1 January 2099")
    document.add_paragraph("Reply by: 1 January 2001")
    reading = read_proposal_form(stream_of(document))
    assert (reading.values, reading.notes) == ({}, ["received_on", "reply_by_on"])


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("Title", "title", ""),
        ("1.2. Scope of the proposed new committee (see guide):", "scope", ""),
        ("The proposed title: toys", "title", "toys"),
        ("Name of the proposer*", "name of the proposer", ""),
        ("Titles are short", "", ""),
        ("It is in scope: yes", "", ""),
        ("", "", ""),
        ("Scope " + "(" * 5000, "", ""),
    ],
)
def test_labels(text, label, rest):
    assert label_of(text) == (label, rest)


@pytest.mark.parametrize("text", ["99 November 2020", "2020-13-45", "in autumn", "", "25 Foo 2020"])
def test_no_day(text):
    assert day_in(text) is None


# Hostile documents ------------------------------------------------------------------------------


def repacked(change) -> io.BytesIO:
    """A form whose parts are changed by `change(name, data)`, which may also give None or further parts."""
    source, target = zipfile.ZipFile(stream_of(two_columns())), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            package.writestr(name, change(name, source.read(name)))
    target.seek(0)
    return target


def many_paragraphs(count: int) -> io.BytesIO:
    document = Document()
    document.add_paragraph("Scope:")
    body = document.element.body
    for _number in range(count):
        body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>Words of no use.</w:t></w:r></w:p>"))
    return stream_of(document)


def test_ten_thousand_paragraphs_are_refused_quickly():
    stream = many_paragraphs(10_000)
    judge_upload("form.docx", stream)
    begun = perf_counter()
    with pytest.raises(Unreadable, match="too long"):
        read_proposal_form(stream)
    assert perf_counter() - begun < 3


def test_the_longest_form_that_is_read_takes_bounded_time():
    stream = many_paragraphs(MOST_PARAGRAPHS - 10)
    begun = perf_counter()
    read_proposal_form(stream)
    assert perf_counter() - begun < 3


def test_entity_is_refused_before_anything_is_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    def change(name, data):
        return data.replace(b"?>", b"?>" + bomb, 1) if name == "word/document.xml" else data

    with pytest.raises(Refused, match="DTD"):
        judge_upload("form.docx", repacked(change))


def test_bomb_is_refused_and_even_a_tame_one_is_not_unpacked():
    with pytest.raises(Refused):
        judge_upload("form.docx", repacked(lambda name, data: b" " * 60_000_000 if "styles" in name else data))

    def spread(name, data):
        filling = b"".join(b"<!--%d-->" % number for number in range(900_000))
        return data + filling if name == "word/styles.xml" else data

    stream = repacked(spread)
    judge_upload("form.docx", stream)
    tracemalloc.start()
    with pytest.raises(Unreadable, match="too large"):
        read_proposal_form(stream)
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_macro_password_truncated_and_something_else_are_refused():
    macro = two_columns()
    stream = stream_of(macro)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    with pytest.raises(Refused, match="macro"):
        judge_upload("form.docx", stream)
    locked = io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(Refused, match="password"):
        judge_upload("form.docx", locked)
    whole = stream_of(two_columns()).getvalue()
    with pytest.raises(Refused):
        judge_upload("form.docx", io.BytesIO(whole[: len(whole) // 2]))
    with pytest.raises(Refused):
        judge_upload("form.docx", io.BytesIO(b"not a document at all"))


def test_parts_that_the_judge_accepts_and_word_would_not_are_told_as_unreadable():
    for part in ("word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"):
        stream = repacked(lambda name, data, part=part: data[: len(data) // 2] if name == part else data)
        try:
            judge_upload("form.docx", stream)
        except Refused:
            continue
        with pytest.raises(Unreadable):
            read_proposal_form(stream)
