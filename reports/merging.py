"""Two edits of one body brought together by section: each section is written by one hand at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

Sections = list[dict[str, Any]]


class Merged(NamedTuple):
    """The sections that stand when both edits count, and the keys of those that both changed in different ways."""

    sections: Sections
    clashes: list[str]


def merge_sections(base: Sections, theirs: Sections, texts: dict[str, str]) -> Merged:
    """`theirs` with those of the typed `texts` that differ from `base`. A section that both changed, or that is no
    longer there, is a clash; there the typed text stands in the result and must not be saved unseen."""
    before = {section["key"]: section["text"] for section in base}
    mine = {key: text for key, text in texts.items() if text != before.get(key)}
    now = {section["key"]: section["text"] for section in theirs}
    clashes = [key for key, text in mine.items() if now.get(key) not in (before.get(key), text)]
    return Merged([{**section, "text": mine.get(section["key"], section["text"])} for section in theirs], clashes)
