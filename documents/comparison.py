"""What changed between two texts, word by word within the paragraphs that changed, in bounded time.

The library's time grows with the square of what repeats and with the number of changes: a text of ten thousand equal
lines, which anybody who suggests an edit may type, would hold up a page for minutes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Some second's work each; an ordinary text takes a hundredth of it.
MOST_LINES_WORK, MOST_WORDS_WORK = 3_000_000, 4_000_000

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Change:
    """A stretch of text that stayed ("same"), came ("added") or went ("removed")."""

    kind: str
    text: str


Line = tuple[Change, ...]


def compare_texts(before: str, after: str) -> list[Line]:
    """The paragraphs of both texts in order, each as the stretches that stayed, came and went; paragraphs whose words
    are too many to be compared are told as a whole.

    What is not marked as added gives `before`, what is not marked as removed gives `after`, but for empty lines."""
    old, new = _lines(before), _lines(after)
    result: list[Line] = []
    left = MOST_WORDS_WORK
    for tag, i, j, k, m in opcodes(old, new):
        if tag == "equal":
            result += [(Change("same", line),) for line in old[i:j]]
            continue
        lines, left = _changed(old[i:j], new[k:m], left)
        result += lines
    return result


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """What makes `new` out of `old`, as difflib says it. Where that would be too much work, what both begin and end
    with stays, and if the rest is still too much it is replaced as a whole."""
    if _work(old, new) <= MOST_LINES_WORK:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    head = _same(old, new)
    tail = min(_same(old[::-1], new[::-1]), min(len(old), len(new)) - head)
    i, k = len(old) - tail, len(new) - tail
    middle = _middle(old[head:i], new[head:k])
    moved = [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle]
    rows = [("equal", 0, head, 0, head), *moved, ("equal", i, len(old), k, len(new))]
    return [row for row in rows if row[1] < row[2] or row[3] < row[4]]


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    if _work(old, new) > MOST_LINES_WORK:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    counts, others = Counter(old), Counter(new)
    repeated = sum(count * others[line] for line, count in counts.items())
    different = (counts - others).total() + (others - counts).total()
    return (len(old) + repeated) * (1 + different)


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """With how many equal lines both begin."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _changed(old: Sequence[str], new: Sequence[str], left: int) -> tuple[list[Line], int]:
    """Paragraphs are paired in order; those left over came or went as a whole. Also how much work is left."""
    paired = min(len(old), len(new))
    lines: list[Line] = []
    for before, after in zip(old[:paired], new[:paired], strict=True):
        one, other = WORDS.findall(before), WORDS.findall(after)
        work = len(one) * len(other)
        lines.append(
            tuple(_stretches(one, other)) if work <= left else (Change("removed", before), Change("added", after))
        )
        left -= min(work, left)
    lines += [(Change("removed", line),) for line in old[paired:]]
    lines += [(Change("added", line),) for line in new[paired:]]
    return lines, left


def _stretches(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Change("removed", "".join(old[i:j]))
        if k < m:
            yield Change("added", "".join(new[k:m]))
