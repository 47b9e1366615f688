"""Two states of the register compared, without a database: which areas came and went, and what changed in the others.
The comparison of b with a is that of a with b turned round, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from documents.comparison import Change, Line, compare_texts

# What may change in an area, in the order in which it is told.
TOPICS = ("name", "text", "committees", "mechanisms", "owner", "source", "documents", "rank")
CAME, WENT, CHANGED = "came", "went", "changed"
_TURNED = {"added": "removed", "removed": "added", "same": "same"}


@dataclass(frozen=True)
class AreaState:
    """One area in one state of the register: what its revision keeps of it, and its rank, if it has one."""

    area: int
    slug: str
    number: int
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    rank: int | None = None
    mark: str = ""

    @property
    def name(self) -> str:
        return self.facts.get("name", "")


@dataclass(frozen=True)
class AreaChange:
    """One area that is not the same in the two states; where it came or went, one of them is missing."""

    before: AreaState | None
    after: AreaState | None
    topics: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        if self.before is None:
            return CAME
        return WENT if self.after is None else CHANGED

    @property
    def area(self) -> AreaState:
        """The area as it stands in the later state, or as it stood before it went."""
        return self.after or self.before

    @property
    def lines(self) -> list[Line]:
        """The paragraphs that differ, word by word; of an area that came or went its whole text."""
        before, after = (state.text if state else "" for state in (self.before, self.after))
        return [line for line in text_changes(before, after) if any(change.kind != "same" for change in line)]

    @property
    def turned(self) -> AreaChange:
        """The same change from the later state to the earlier one."""
        return AreaChange(self.after, self.before, self.topics)


def compare_registers(before: Mapping[int, AreaState], after: Mapping[int, AreaState]) -> list[AreaChange]:
    """What is not the same in two states of the register, by area; in the order of the areas' keys."""
    found = (compare_areas(before.get(key), after.get(key)) for key in sorted(set(before) | set(after)))
    return [change for change in found if change]


def compare_areas(before: AreaState | None, after: AreaState | None) -> AreaChange | None:
    """What changed in one area; None if nothing did. A fact that one of the states does not keep counts as the same."""
    if before is None or after is None:
        return AreaChange(before, after)
    topics = tuple(topic for topic in TOPICS if _differs(topic, before, after))
    return AreaChange(before, after, topics) if topics else None


def _differs(topic: str, before: AreaState, after: AreaState) -> bool:
    if topic in ("text", "rank"):
        return getattr(before, topic) != getattr(after, topic)
    if topic not in before.facts or topic not in after.facts:
        return False
    return before.facts[topic] != after.facts[topic]


def count_changes(changes: Iterable[AreaChange]) -> dict[str, int]:
    """How many areas came, went, and changed in each topic."""
    changes = list(changes)
    counted = Counter(change.kind for change in changes if change.kind != CHANGED)
    counted.update(topic for change in changes for topic in change.topics)
    return {name: counted[name] for name in (CAME, WENT, *TOPICS)}


def text_changes(before: str, after: str) -> list[Line]:
    """Two texts word by word. The library finds other stretches in one direction than in the other; here it is asked
    in one direction only, and its answer turned round for the other."""
    if before <= after:
        return compare_texts(before, after)
    return [turned_line(line) for line in compare_texts(after, before)]


def turned_line(line: Line) -> Line:
    """A line from the later text to the earlier one; what went stands before what came."""
    turned = [Change(_TURNED[change.kind], change.text) for change in line]
    for place in range(1, len(turned)):
        if (turned[place - 1].kind, turned[place].kind) == ("added", "removed"):
            turned[place - 1 : place + 1] = reversed(turned[place - 1 : place + 1])
    return tuple(turned)
