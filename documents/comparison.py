"""What changed between two texts, word by word within the paragraphs that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond so many words in one changed stretch the comparison is by paragraph: difflib's time grows with the square.
MOST_WORDS = 6000


@dataclass(frozen=True)
class Change:
    """A stretch of text that stayed ("same"), came ("added") or went ("removed")."""

    kind: str
    text: str


Line = tuple[Change, ...]


def compare_texts(before: str, after: str) -> list[Line]:
    """The paragraphs of both texts in order, each as the stretches that stayed, came and went.

    What is not marked as added gives `before`, what is not marked as removed gives `after`, but for empty lines."""
    old, new = _lines(before), _lines(after)
    result: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result += [(Change("same", line),) for line in old[i:j]]
        else:
            result += _changed(old[i:j], new[k:m])
    return result


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    """Paragraphs are paired in order; those left over came or went as a whole."""
    paired = min(len(old), len(new))
    for before, after in zip(old[:paired], new[:paired], strict=True):
        yield _words(before, after)
    yield from ((Change("removed", line),) for line in old[paired:])
    yield from ((Change("added", line),) for line in new[paired:])


def _words(before: str, after: str) -> Line:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return (Change("removed", before), Change("added", after))
    return tuple(_stretches(old, new))


def _stretches(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Change("removed", "".join(old[i:j]))
        if k < m:
            yield Change("added", "".join(new[k:m]))
