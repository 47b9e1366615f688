"""The numbers and anchors of headings, computed once and the same in every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.publishing.content import DEEPEST_HEADING, Block, Body, Contents, Heading, Note, Paragraph, text_of

_AT_ONE_LOOK = 12


@dataclass(frozen=True)
class Clause:
    """A heading with its number ("2.1", or empty), its level without gaps, and a name to link to."""

    number: str
    text: str
    level: int
    anchor: str

    @property
    def label(self) -> str:
        return f"{self.number} {self.text}".strip()


def clauses_of(body: Body) -> tuple[Clause, ...]:
    """One clause per heading, in order.

    A level is never more than one deeper than the heading before it; a heading without a
    number takes none from its neighbours, and those below it have none either.
    """
    return tuple(_clauses(body))


def _clauses(body: Body) -> Iterator[Clause]:
    counts = [0] * (DEEPEST_HEADING + 1)
    last, unnumbered_at = 0, DEEPEST_HEADING + 1
    for position, heading in enumerate((block for block in body if isinstance(block, Heading)), start=1):
        level = last = min(heading.level, last + 1)
        if level <= unnumbered_at:
            unnumbered_at = DEEPEST_HEADING + 1 if heading.numbered else level
        number = ""
        if unnumbered_at > DEEPEST_HEADING:
            counts[level] += 1
            counts[level + 1 :] = [0] * (DEEPEST_HEADING - level)
            number = ".".join(str(count) for count in counts[1 : level + 1])
        yield Clause(number, heading.text, level, f"clause-{position}")


def laid_out(body: Body) -> Iterator[tuple[Block, Clause | None]]:
    """The blocks that print, each heading with its clause; paragraphs without a word are left out."""
    clauses = iter(clauses_of(body))
    for block in body:
        if isinstance(block, Heading):
            yield block, next(clauses)
        elif not isinstance(block, (Paragraph, Note)) or text_of(block.runs).strip():
            yield block, None


def with_contents(body: Iterable[Block]) -> Body:
    """The body, after a list of contents where it has more headings than are seen at one look."""
    body = tuple(body)
    long = sum(isinstance(block, Heading) for block in body) > _AT_ONE_LOOK
    return (Contents(), *body) if long else body
