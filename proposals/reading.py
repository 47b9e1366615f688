"""What a received proposal form says: title, proposer, scope, justification and dates, out of a Word document.

The forms of ISO, IEC and ITU-T differ in layout and agree in what they ask: a label, and what was filled in. The label
is a heading, a bold line, a cell of a table, or stands before a colon; what belongs to it is below or to the right.
Nothing that is read is saved before a person has seen it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO
from zipfile import ZipFile

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn

from core.dates import parse_date, today
from core.forms import clean_line, clean_lines

MOST_PARAGRAPHS = 3000
LARGEST_PART = 6 * 1024 * 1024  # of text, unpacked
LARGEST_PACKAGE = 60 * 1024 * 1024
LONGEST_LABEL = 90

# One table of the words under which each value is asked; the first that is found counts most.
LABELS = {
    "title": "title, english title, working title, subject, name of the field, designation, topic",
    "proposer": "proposer, name of the proposer, proposed by, proposer nc, submitted by, submitter, originator, "
    "proposing member, proposing organization, proposing national body, proposing national committee, member body, "
    "national body, national committee, member state, sector member, source, requested by, supporting member",
    "scope": "scope, scope statement, statement of scope, proposed scope, scope of work, "
    "scope and field of application, field of activity, terms of reference, question text",
    "justification": "purpose and justification, justification, purpose, rationale, motivation, reasons, "
    "justification statement, statement of justification, background and rationale, market relevance, market need, "
    "need, business case, background",
    "received_on": "received on, date received, date of receipt, received, receipt, date of proposal, proposal date, "
    "date of submission, submission date, submitted on, date of circulation, date",
    "board_decision_on": "board decision, decision, decision by, decision on, decision expected, expected decision, "
    "date of decision, decision date, date of board decision, date of board meeting, board meeting, tmb decision, "
    "smb decision, tsag decision, decision by the board, the board decides on",
    "reply_by_on": "reply by, replies by, reply date, date for reply, closing date, closing date for voting, "
    "closing date for comments, comments by, comments close on, deadline, deadline for comments, deadline for replies, "
    "closes on, ballot closing date, end of consultation",
}
FIELDS = {label: name for name, labels in LABELS.items() for label in labels.split(", ")}
RANK = {label: rank for labels in LABELS.values() for rank, label in enumerate(labels.split(", "))}
DATES = ("received_on", "board_decision_on", "reply_by_on")
# What else such forms ask: it fills nothing, and ends what stands before it.
OTHERS = set(
    "reference number, reference, programme of work, proposed programme of work, initial programme of work, "
    "survey of similar work, similar work, relevant existing documents, liaison organizations, liaisons, contact, "
    "contact information, name, address, e-mail, email, telephone, phone, signature, annexes, annex, "
    "further information, other information, timing, base text, summary, abstract, keywords, question, question(s), "
    "tasks, relationships, "
    "study group, type of proposal, kind of proposal, type, kind, type of deliverable, deliverables, target date, "
    "leadership commitment, secretariat, convenor, project leader, participation, benefits, stakeholders, references, "
    "relevance, sustainable development goals, introduction, conclusion, proposal, attachments, patents, "
    "action, to".split(", ")
)
_NUMBER = re.compile(r"^\s*(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?|\(?[a-zA-Z][.)]|[•▪–-])\s+")
_NOTE = re.compile(r"\s*\([^()]*\)\s*$|\s*\[[^\[\]]*\]\s*$")
_TAIL = re.compile(
    r"\s+(?:of|for)\s+(?:the\s+|a\s+|an\s+)?(?:(?:proposed|new|technical|study|group|focus|iso|iec|itu-t)\s+)*"
    r"(?:committee|subcommittee|group|field(?: of technical activity)?|proposal|(?:work )?item|question|subject|"
    r"project|recommendation|standard|document|proposer|activity)$"
)
_SPLIT = re.compile(r"^(.{2,90}?)\s*(?::|\t|\s[–—]\s)\s*(.*)$", re.DOTALL)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]{3,9}\.?,?\s+\d{4}|[A-Za-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)
_EMPTY = re.compile(
    r"(?:click|tap|enter|choose|select|type)\b.{0,40}\b(?:text|date|here|item)\b.*|[._…\s-]*|n/?a", re.IGNORECASE
)


class Unreadable(Exception):
    """The document cannot be read; the text says why and what to do."""


@dataclass
class Reading:
    """What was found, by the names of the form's fields, and what was found and cannot be used."""

    values: dict[str, str | date] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A paragraph: its text, and whether it looks like a heading."""

    text: str
    is_heading: bool


def read_proposal_form(stream: BinaryIO) -> Reading:
    """Reads a document that documents.judge has accepted. Raises Unreadable for what is too large to be such a form."""
    found: dict[str, list[tuple[int, str]]] = {}
    for label, text in _answers(_body(stream)):
        name, text = FIELDS[label], _filled_in(text)
        if text:
            found.setdefault(name, []).append((RANK[label], text))
    return _reading({name: sorted(texts, key=lambda item: item[0]) for name, texts in found.items()})


def _body(stream: BinaryIO) -> Any:
    stream.seek(0)
    with ZipFile(stream) as package:
        sizes = {entry.filename: entry.file_size for entry in package.infolist()}
    texts = [size for name, size in sizes.items() if name.endswith((".xml", ".rels"))]
    if sum(sizes.values()) > LARGEST_PACKAGE or max(texts, default=0) > LARGEST_PART:
        raise Unreadable(_("It is too large to be read as a proposal form. Fill in the fields and attach it below."))
    stream.seek(0)
    try:
        body = Document(stream).element.body
    except Exception as error:  # whatever the library makes of a twisted document
        raise Unreadable(_("It cannot be read. Fill in the fields and attach it below.")) from error
    finally:
        stream.seek(0)
    if body is None or sum(1 for _p in body.iter(qn("w:p"))) > MOST_PARAGRAPHS:
        raise Unreadable(_("It is too long to be a proposal form. Fill in the fields and attach it below."))
    return body


# From a document to labels and what stands with them ------------------------------------------


def _answers(body: Any) -> Iterator[tuple[str, str]]:
    """(label, text) pairs in the order of the document."""
    open_label, collected = "", []
    for block in _blocks(body):
        if isinstance(block, list):
            if open_label and len(block) == len(block[0]) == 1 and not label_of(block[0][0][1])[0]:
                collected.append(block[0][0][1])
                continue
            yield from _of_section(open_label, collected)
            open_label, collected = "", []
            yield from _of_table(block)
            continue
        label, rest = label_of(block.text)
        if label or block.is_heading:
            yield from _of_section(open_label, collected)
            open_label, collected = label if label in FIELDS else "", [rest] if rest else []
        elif open_label:
            collected.append(block.text)
    yield from _of_section(open_label, collected)


def _of_section(label: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    if label:
        yield label, "\n\n".join(texts)


def _of_table(rows: list[list[tuple[int, str]]]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows):
        below = dict(rows[number + 1]) if number + 1 < len(rows) else {}
        for place, (column, text) in enumerate(row):
            label, rest = label_of(text)
            if label not in FIELDS:
                continue
            right = row[place + 1][1] if place + 1 < len(row) else ""
            candidates = [rest, *(other for other in (right, below.get(column, "")) if not label_of(other)[0])]
            filled = [candidate for candidate in candidates if _filled_in(candidate)]
            if filled:
                yield label, filled[0]


def label_of(text: str) -> tuple[str, str]:
    """The label with which a text begins, and what follows it in the same text; empty for an ordinary text."""
    first, _break, more = text.strip().partition("\n")
    whole = _bare(first)
    if whole in FIELDS or whole in OTHERS:
        return whole, more.strip()
    parts = _SPLIT.match(first[:2000])
    if parts and (label := _bare(parts[1])) and (label in FIELDS or label in OTHERS):
        return label, f"{first[parts.start(2) :]}\n{more}".strip()
    return "", ""


def _bare(text: str) -> str:
    """A label without its number, notes in brackets and colon: "2. Scope of the new committee (…):" is scope."""
    bare = text.strip()[: 6 * LONGEST_LABEL]
    bare = _NUMBER.sub("", bare)
    while (shorter := _NOTE.sub("", bare.rstrip(" :*.\t"))) != bare:
        bare = shorter
    if len(bare) > LONGEST_LABEL:
        return ""
    bare = " ".join(bare.casefold().split())
    bare = bare.removeprefix("the ")
    shorter = (bare, _TAIL.sub("", bare), bare.removeprefix("proposed "), _TAIL.sub("", bare.removeprefix("proposed ")))
    return next((label for label in shorter if label in FIELDS or label in OTHERS), "")


def _filled_in(text: str) -> str:
    """What somebody has filled in: without the form's own notes in brackets, and nothing where only a prompt stands."""
    parts = [part.strip() for part in text.split("\n")]
    kept = [part for part in parts if not re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]", part)]
    answer = clean_lines("\n".join(kept))
    return "" if _EMPTY.fullmatch(answer) else re.sub(r"\n{3,}", "\n\n", answer)


# From Word's own elements to blocks -------------------------------------------------------------


def _blocks(parent: Any) -> Iterator[Line | list[list[tuple[int, str]]]]:
    """Paragraphs and tables in their order, through content controls."""
    for element in parent:
        if element.tag == qn("w:p"):
            yield _line(element)
        elif element.tag == qn("w:tbl"):
            yield [_row(row) for row in element.iter(qn("w:tr"))]
        elif element.tag == qn("w:sdt") and not _is_prompt(element):
            for content in element.findall(qn("w:sdtContent")):
                yield from _blocks(content)


def _row(row: Any) -> list[tuple[int, str]]:
    """The cells of a row, each with the number of its column."""
    cells, column = [], 0
    for cell in _cells(row):
        texts = [_text(paragraph) for paragraph in cell.iter(qn("w:p")) if not _in_prompt(paragraph, cell)]
        cells.append((column, "\n".join(text for text in texts if text.strip())))
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        width = span.get(qn("w:val"), "1") if span is not None else "1"
        column += int(width) if width.isdecimal() and len(width) < 4 else 1
    return cells


def _cells(row: Any) -> Iterator[Any]:
    """The cells of the row itself, through content controls; not those of a table inside a cell."""
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent")):
            yield from _cells(child)


def _in_prompt(paragraph: Any, cell: Any) -> bool:
    parent = paragraph.getparent()
    while parent is not None and parent is not cell:
        if parent.tag == qn("w:sdt") and _is_prompt(parent):
            return True
        parent = parent.getparent()
    return False


def _line(paragraph: Any) -> Line:
    text = _text(paragraph)
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = (style.get(qn("w:val")) or "").casefold() if style is not None else ""
    short = 0 < len(text.strip()) <= LONGEST_LABEL
    return Line(text, bool(text.strip()) and (name.startswith(("heading", "title")) or (short and _is_bold(paragraph))))


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(qn("w:r")) if any((t.text or "").strip() for t in run.iter(qn("w:t")))]
    return bool(runs) and all(_bold_run(run) for run in runs)


def _bold_run(run: Any) -> bool:
    bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return bold is not None and bold.get(qn("w:val"), "1") not in ("0", "false")


def _text(paragraph: Any) -> str:
    """The words of a paragraph as they stand: no prompts of content controls, no text boxes, nothing deleted."""
    pieces: list[str] = []
    _collect(paragraph, pieces)
    return "".join(pieces)


_SKIPPED = {qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:sdtPr"), qn("w:drawing"), qn("w:pict"), qn("w:object")}
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def _collect(element: Any, pieces: list[str]) -> None:
    for child in element:
        tag = child.tag
        if tag == qn("w:t"):
            pieces.append(child.text or "")
        elif tag in _SIGNS:
            pieces.append(_SIGNS[tag])
        elif tag not in _SKIPPED and not str(tag).endswith("}AlternateContent") and not _is_prompt(child):
            _collect(child, pieces)


def _is_prompt(element: Any) -> bool:
    """Whether a content control shows only what to type into it."""
    return element.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None


# From texts to the values of the form -----------------------------------------------------------


def _reading(found: dict[str, list[tuple[int, str]]]) -> Reading:
    reading = Reading()
    for name, longest in (("title", 300), ("proposer", 200)):
        if name in found and (line := clean_line(found[name][0][1]).strip("“”\"'«» ")):
            reading.values[name] = line[:longest]
    if "scope" in found:
        reading.values["scope"] = found["scope"][0][1]
    if "justification" in found:
        texts = dict.fromkeys(text for _rank, text in found["justification"])
        reading.values["justification"] = "\n\n".join(texts)
    for name in DATES:
        _take_date(reading, name, [text for _rank, text in found.get(name, [])])
    return reading


def _take_date(reading: Reading, name: str, texts: list[str]) -> None:
    """The first date that is one; a day that the form would refuse is told instead."""
    day = next((day for text in texts if (day := day_in(text))), None)
    if day is None:
        return
    if (name == "received_on" and day > today()) or (name == "reply_by_on" and day < today()):
        reading.notes.append(name)
        return
    reading.values[name] = day


def day_in(text: str) -> date | None:
    """The first day that a text names, in any usual form."""
    for match in _DATE.findall(text[:500]):
        written = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", match).replace(",", " ").replace(". ", " ")
        if re.match(r"\d{4}", written):
            written = re.sub(r"[/.]", "-", written)
        elif words := re.match(r"([A-Za-z]+)\s+(\d+)\s+(\d{4})$", " ".join(written.split())):
            written = f"{words[2]} {words[1]} {words[3]}"
        try:
            return parse_date(written.replace("Sept ", "Sep "))
        except ValueError:
            continue
    return None
