"""Two edits of one text brought together: each changes its own words, and neither overwrites the other's.

Own code and small: the kept libraries for this are under a licence of another kind, or compare by letters and guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from documents.comparison import MOST_WORDS_WORK, WORDS, opcodes


@dataclass(frozen=True)
class Edit:
    """The letters from `start` up to `end` of a text become `text`."""

    start: int
    end: int
    text: str

    def meets(self, other: Edit) -> bool:
        """Whether two edits have words in common or stand wall to wall, so that their order would be a guess."""
        return self.start <= other.end and other.start <= self.end


def edits_between(before: str, after: str) -> list[Edit]:
    """What makes `after` out of `before`, in order and never wall to wall: first by line, then by word. Where the
    words are too many to be compared, a changed stretch counts as changed as a whole."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Edit] = []
    place, left = 0, MOST_WORDS_WORK
    for tag, i, j, k, m in opcodes(old, new):
        gone, came = "".join(old[i:j]), "".join(new[k:m])
        if tag != "equal":
            one, other = WORDS.findall(gone), WORDS.findall(came)
            work = len(one) * len(other)
            found += _words(one, other, place) if work <= left else [Edit(place, place + len(gone), came)]
            left -= min(work, left)
        place += len(gone)
    return _joined(found, before)


def _words(old: list[str], new: list[str], place: int) -> Iterator[Edit]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        length = sum(map(len, old[i:j]))
        if tag != "equal":
            yield Edit(place, place + length, "".join(new[k:m]))
        place += length


def _joined(edits: list[Edit], text: str) -> list[Edit]:
    """Edits with nothing but white space between them are one: a changed phrase belongs together."""
    result: list[Edit] = []
    for edit in edits:
        last = result[-1] if result else None
        if last and not text[last.end : edit.start].strip():
            result[-1] = Edit(last.start, edit.end, last.text + text[last.end : edit.start] + edit.text)
        else:
            result.append(edit)
    return result


def merge(base: str, current: str, proposed: str) -> str | None:
    """`current` with the edits that made `proposed` out of `base`; None where their words, or the words right beside
    them, have changed since. An edit that `current` has already is no contradiction."""
    made, wanted = edits_between(base, current), edits_between(base, proposed)
    fresh = [edit for edit in wanted if edit not in made]
    if any(edit.meets(other) for edit in fresh for other in made):
        return None
    return _applied(base, sorted({*made, *fresh}, key=lambda edit: (edit.start, edit.end)))


def _applied(text: str, edits: list[Edit]) -> str:
    parts, place = [], 0
    for edit in edits:
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])
