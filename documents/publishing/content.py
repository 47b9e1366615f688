"""Structured content: what a document says, without saying how it looks.

Everything here is frozen and cleaned when it is made, so that HTML, DOCX, PDF, the
stored JSON and the fingerprint are all taken from exactly the same text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from itertools import groupby
from textwrap import shorten
from typing import Any, TypeAlias

from django.utils.functional import Promise

from documents.publishing.links import allowed_link
from documents.publishing.values import clean_text, flag, one_line, whole_number

VERSION = 1
DEEPEST_HEADING = 3
DEEPEST_LIST = 3

# What may be given for a field; by these names `_CLEAN` finds what the field becomes.
Text: TypeAlias = "str | Promise"
Line: TypeAlias = "str | Promise"
Link: TypeAlias = str
Runs: TypeAlias = "str | Promise | Run | Sequence[str | Run]"
Lines: TypeAlias = "Sequence[str | Run]"
Below: TypeAlias = "ListBlock | None"
Items: TypeAlias = "Sequence[str | ListItem]"
Cells: TypeAlias = "Sequence[Runs]"
Rows: TypeAlias = "Iterable[Cells]"
Widths: TypeAlias = "Sequence[int]"
AttachmentList: TypeAlias = "Iterable[Attachment]"
CoverRows: TypeAlias = "Iterable[CoverRow]"
CoverOrNone: TypeAlias = "Cover | None"
Blocks: TypeAlias = "Iterable[Block]"


class Part:
    """Every part cleans its own fields by their annotation, both from Python and from JSON."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _CLEAN[field.type](getattr(self, field.name)))


@dataclass(frozen=True)
class Run(Part):
    """A stretch of text in one style; a newline is a line break, a link that is not allowed is dropped."""

    text: Text
    bold: bool = False
    italic: bool = False
    link: Link = ""


@dataclass(frozen=True)
class Heading(Part):
    """A heading of level 1 to 3; its number is computed, never typed."""

    level: int
    text: Line
    numbered: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.level <= DEEPEST_HEADING:
            raise ValueError(f"A heading has level 1 to {DEEPEST_HEADING}, not {self.level}.")
        if not self.text:
            raise ValueError("A heading needs a text.")


@dataclass(frozen=True)
class Paragraph(Part):
    runs: Runs


@dataclass(frozen=True)
class ListItem(Part):
    """An item and, below it, at most one list of its own."""

    runs: Runs
    below: Below = None


@dataclass(frozen=True)
class ListBlock(Part):
    items: Items
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Table(Part):
    """A table whose rows are all as long as its header; widths are relative, empty for automatic."""

    caption: Line
    header: Cells
    rows: Rows
    widths: Widths = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.header:
            raise ValueError("A table needs a header row.")
        if any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"Every row of the table “{self.caption}” needs {len(self.header)} cells.")
        if self.widths and (len(self.widths) != len(self.header) or min(self.widths) < 1):
            raise ValueError("A table needs one positive width for each column, or none.")


@dataclass(frozen=True)
class Attachment(Part):
    reference: Line
    title: Line
    note: Line = ""
    link: Link = ""


@dataclass(frozen=True)
class Attachments(Part):
    items: AttachmentList


@dataclass(frozen=True)
class Note(Part):
    """A remark about the document itself, for example that a record is illustrative."""

    runs: Runs


@dataclass(frozen=True)
class EndRule(Part):
    """The short centred rule that ends a document of ITU."""


@dataclass(frozen=True)
class Contents(Part):
    """A linked list of the headings down to this level, without page numbers."""

    depth: int = 2


Block = Heading | Paragraph | ListBlock | Table | Attachments | Note | EndRule | Contents
Body = tuple[Block, ...]


@dataclass(frozen=True)
class CoverRow(Part):
    """One line of a cover; `rule` draws a rule above it, `flush` sets the right part to the margin."""

    label: Line
    value: Runs
    right: Runs = ()
    rule: bool = False
    flush: bool = False


@dataclass(frozen=True)
class Cover(Part):
    """What stands before (and, in a letter, after) the body, and may differ between organizations.

    A plain string in `left` or `right` is printed bold, a Run as it is. The marker ("TD")
    stands after so many rows. Salutation and closing frame the body of a letter; `foot`
    is printed at the foot of its first page.
    """

    kind: Line = "report"
    left: Lines = ()
    right: Lines = ()
    rows: CoverRows = ()
    marker: Line = ""
    marker_after: int = 0
    salutation: Line = ""
    closing: Lines = ()
    foot: Line = ""


@dataclass(frozen=True)
class Content(Part):
    """A whole document; the title is required because readers and screen readers announce it."""

    title: Line
    language: Line = "en"
    cover: CoverOrNone = None
    body: Blocks = ()
    footer_note: Line = ""
    draft: bool = False
    reference: Line = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.title:
            raise ValueError("A document needs a title.")
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", self.language):
            raise ValueError(f"“{self.language}” is not the code of a language.")

    @property
    def shows_title(self) -> bool:
        """The title is printed unless a row of the cover already states it, or the letter has a subject."""
        if self.cover is None:
            return True
        return self.cover.kind != "letter" and all(text_of(row.value) != self.title for row in self.cover.rows)

    @property
    def running_title(self) -> str:
        """The title as it fits into one line at the head of a page."""
        return shorten(self.title, 90, placeholder=" …")


def para(*parts: str | Run) -> Paragraph:
    """A paragraph out of plain strings and runs."""
    return Paragraph(parts)


def text_of(runs: Iterable[Run]) -> str:
    """The words of the runs, without their style."""
    return "".join(run.text for run in runs)


# From Python or JSON to parts -------------------------------------------------------------


def runs_of(value: Any) -> tuple[Run, ...]:
    """Runs out of a string, a run, or several of them; neighbours in the same style become one."""
    if isinstance(value, Run):
        value = (value,)
    elif isinstance(value, str) or not isinstance(value, (list, tuple)):
        value = (Run(value),)
    said = (run for run in map(_run, value) if run.text)
    styles = groupby(said, key=lambda run: (run.bold, run.italic, run.link))
    return tuple(Run("".join(run.text for run in alike), *style) for style, alike in styles)


def _run(value: Any) -> Run:
    return _one(Run)(value) if isinstance(value, (Run, dict)) else Run(value)


def _letterhead(value: Any) -> tuple[Run, ...]:
    if isinstance(value, str):
        value = (value,)
    return tuple(_one(Run)(part) if isinstance(part, (Run, dict)) else Run(part, bold=True) for part in value)


def _one(cls: type) -> Callable[[Any], Any]:
    def build(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if not isinstance(value, dict):
            raise ValueError(f"{cls.__name__} is expected here, not {type(value).__name__}.")
        try:
            return cls(**value)
        except TypeError as error:
            raise ValueError(f"{cls.__name__}: {error}") from error

    return build


def _many(build: Callable[[Any], Any]) -> Callable[[Any], tuple]:
    def build_all(value: Any) -> tuple:
        if isinstance(value, (str, dict)):
            raise ValueError(f"A list is expected here, not {type(value).__name__}.")
        return tuple(build(part) for part in value)

    return build_all


def _item(value: Any) -> ListItem:
    if isinstance(value, dict):
        return _one(ListItem)(value)
    return value if isinstance(value, ListItem) else ListItem(value)


def _block(value: Any) -> Block:
    if isinstance(value, Block):
        return value
    if not isinstance(value, dict) or value.get("block") not in BLOCKS:
        raise ValueError(f"Not a block of a document: {str(value)[:80]!r}.")
    return _one(BLOCKS[value["block"]])({name: part for name, part in value.items() if name != "block"})


def _list(value: Any) -> ListBlock | None:
    nested = None if value is None else _block(value)
    if not isinstance(nested, ListBlock | None):
        raise ValueError("Only a list can stand below an item of a list.")
    return nested


BLOCKS: dict[str, type] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "list": ListBlock,
    "table": Table,
    "attachments": Attachments,
    "note": Note,
    "end_rule": EndRule,
    "contents": Contents,
}
_NAMES = {cls: name for name, cls in BLOCKS.items()}

_CLEAN: dict[str, Callable[[Any], Any]] = {
    "Text": clean_text,
    "Line": one_line,
    "Link": allowed_link,
    "bool": flag,
    "int": whole_number,
    "Runs": runs_of,
    "Lines": _letterhead,
    "Below": _list,
    "Items": _many(_item),
    "Cells": _many(runs_of),
    "Rows": _many(_many(runs_of)),
    "Widths": _many(whole_number),
    "AttachmentList": _many(_one(Attachment)),
    "CoverRows": _many(_one(CoverRow)),
    "CoverOrNone": lambda value: None if value is None else _one(Cover)(value),
    "Blocks": _many(_block),
}


# From parts to JSON ------------------------------------------------------------------------


def to_json(content: Content) -> dict[str, Any]:
    """The content as plain JSON values; `from_json` gives an equal content back."""
    return {"version": VERSION, **_plain(content)}


def from_json(data: dict[str, Any]) -> Content:
    """The content that `to_json` wrote; ValueError for anything else."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError(f"This is not a document of version {VERSION}.")
    return _one(Content)({name: part for name, part in data.items() if name != "version"})


def body_to_json(body: Body) -> list[dict[str, Any]]:
    """The body alone as plain JSON values."""
    return _plain(tuple(body))


def body_from_json(data: list[dict[str, Any]]) -> Body:
    """The body that `body_to_json` wrote; ValueError for anything else."""
    return _CLEAN["Blocks"](data)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if not isinstance(value, Part):
        return value
    # Defaults are left out: a field added later must not change the fingerprint of a frozen report.
    plain = {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) != field.default
    }
    return {"block": _NAMES[type(value)], **plain} if type(value) in _NAMES else plain


def fingerprint(body: Body) -> str:
    """SHA-256 of the canonical JSON of the body alone, so that covers do not count."""
    canonical = json.dumps(body_to_json(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def short_fingerprint(body_fingerprint: str) -> str:
    """The first twelve digits in groups of four, as printed at the foot of a page."""
    return " ".join(body_fingerprint[start : start + 4] for start in range(0, 12, 4))
