"""A passage of a text as readers see it: its words and what stands around them, found again in later texts and marked
in the page. Works on clean HTML and on nothing else; no database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from itertools import islice

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.markdown import render_markdown

MOST_QUOTED = 1000
AROUND = 60
# A passage this long is found by its own words; a shorter one, or one that stands twice, needs the words around it.
LONG = 40
AGREEING = 12
# Of a passage that stands more often than this, only the first places are looked at.
MOST_PLACES = 200
_PIECES = re.compile(r"<[^>]+>|[^<]+")
_BLOCKS = re.compile(r"</(?:p|li|h[1-6]|td|th|pre|blockquote)>|<br ?/?>")


@dataclass(frozen=True)
class Passage:
    """The words, and up to AROUND letters before and after them; white space counts once."""

    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Mark:
    """What marks a passage in the page: the key of its comment, the number shown, whose comment it is."""

    key: int
    number: int
    label: str
    passage: Passage


@dataclass
class _Piece:
    """A tag or a stretch of text; of a text, where its letters stand in the plain text."""

    html: str
    places: list[int] = field(default_factory=list)
    letters: str = ""


def plain_text(text: str) -> str:
    """What a reader sees of a Markdown text, white space once, a space between paragraphs."""
    return _taken_apart(render_markdown(text))[1].strip()


def one_line(text: str) -> str:
    """Words with single spaces, as passages are kept and compared."""
    return " ".join(text.split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs, headings and lines of lists that a reader can choose as a passage."""
    parts = (unescape(re.sub(r"<[^>]+>", "", part)) for part in _BLOCKS.split(render_markdown(text)))
    return [line for part in parts if (line := one_line(part))]


def digest_of(paragraph: str) -> str:
    """A short name of a paragraph, which another text of it does not have."""
    return sha256(paragraph.encode()).hexdigest()[:12]


def passage_at(plain: str, start: int, end: int) -> Passage:
    """The passage between two places of a plain text; of a word that it cuts it takes the whole."""
    end = min(end, start + MOST_QUOTED)
    while start and plain[start - 1].isalnum() and plain[start].isalnum():
        start -= 1
    while end < len(plain) and plain[end - 1].isalnum() and plain[end].isalnum():
        end += 1
    return Passage(plain[start:end], plain[max(0, start - AROUND) : start], plain[end : end + AROUND])


def find(passage: Passage, plain: str) -> tuple[int, int] | None:
    """Where the passage stands in a plain text, by its words; of several places the one whose surroundings agree best.
    None where the words are gone, or stand only where nothing around them agrees."""
    if not passage.quote:
        return None
    unchanged = plain.find(passage.before + passage.quote + passage.after)
    if unchanged >= 0:
        start = unchanged + len(passage.before)
        return start, start + len(passage.quote)
    # Looked for without being consumed: “ plan ” stands twice in “the plan plan the”.
    matches = islice(re.finditer(f"(?={re.escape(passage.quote)})", plain), MOST_PLACES)
    places = [match.start() for match in matches]
    if not places:
        return None
    best = max(places, key=lambda place: _agreement(passage, plain, place))
    wanted = min(AGREEING, len(passage.before.rstrip()) + len(passage.after.lstrip()))
    sure = len(passage.quote) >= LONG and len(places) == 1
    if not sure and _agreement(passage, plain, best) < wanted:
        return None
    return best, best + len(passage.quote)


def _agreement(passage: Passage, plain: str, place: int) -> int:
    """How many letters agree before and after the place; white space right beside it counts for nothing."""
    before = _same(reversed(passage.before.rstrip()), reversed(plain[max(0, place - AROUND) : place].rstrip()))
    end = place + len(passage.quote)
    return before + _same(passage.after.lstrip(), plain[end : end + AROUND].lstrip())


def _same(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _taken_apart(html: str) -> tuple[list[_Piece], str]:
    """The pieces of the HTML, and its plain text; the end of a paragraph counts as a space."""
    pieces, plain = [], []
    for match in _PIECES.finditer(html):
        piece = _Piece(match[0])
        if match[0].startswith("<"):
            letters = " " if _BLOCKS.fullmatch(match[0]) else ""
        else:
            letters = piece.letters = unescape(match[0])
        for letter in letters:
            letter = " " if letter.isspace() else letter
            if letter != " " or (plain and plain[-1] != " "):
                plain.append(letter)
            if piece.letters:
                piece.places.append(max(0, len(plain) - 1))
        pieces.append(piece)
    return pieces, "".join(plain)


def marked(html: str, marks: Iterable[Mark]) -> tuple[SafeString, set[int]]:
    """The HTML with every passage that is found marked, a link to its comment behind it, and the keys of those
    comments. What is not found is left out of both."""
    pieces, plain = _taken_apart(html)
    found = [(place, mark) for mark in marks if (place := find(mark.passage, plain))]
    if not found:
        return mark_safe(html), set()
    return mark_safe("".join(_written(pieces, found))), {mark.key for _place, mark in found}


def _written(pieces: list[_Piece], found: list[tuple[tuple[int, int], Mark]]) -> Iterable[str]:
    """The pieces with their marks; a link to a comment never stands inside another link."""
    waiting = sorted(found, key=lambda item: (item[0][1], item[1].number))
    inside = {place for (start, end), _mark in found for place in range(start, end)}
    in_link = False
    for piece in pieces:
        if not piece.letters:
            in_link = piece.html.startswith("<a ") or (in_link and piece.html != "</a>")
            yield piece.html
        else:
            yield from _marked_text(piece, inside, [] if in_link else waiting)
        while not in_link and waiting and piece.html == "</a>" and _is_over(pieces, piece, waiting[0][0][1]):
            yield _link(waiting.pop(0)[1])
    yield from (_link(mark) for _place, mark in waiting)


def _is_over(pieces: list[_Piece], link_end: _Piece, end: int) -> bool:
    """Whether the text before the end of this link reaches to `end`."""
    before = next(item for item in reversed(pieces[: _index(pieces, link_end)]) if item.letters)
    return before.places[-1] >= end - 1


def _index(pieces: list[_Piece], wanted: _Piece) -> int:
    return next(n for n, piece in enumerate(pieces) if piece is wanted)


def _marked_text(piece: _Piece, marked_places: set[int], waiting: list[tuple[tuple[int, int], Mark]]) -> Iterable[str]:
    run, inside = "", False
    for letter, place in zip(piece.letters, piece.places, strict=True):
        now = place in marked_places
        ends = bool(waiting) and place >= waiting[0][0][1]
        if now != inside or ends:
            yield _run(run, inside)
            run, inside = "", now
        while waiting and place >= waiting[0][0][1]:
            yield _link(waiting.pop(0)[1])
        run += letter
    yield _run(run, inside)
    while waiting and piece.places[-1] >= waiting[0][0][1] - 1:
        yield _link(waiting.pop(0)[1])


def _run(text: str, inside: bool) -> str:
    return f"<mark>{escape(text)}</mark>" if text.strip() and inside else escape(text)


def _link(mark: Mark) -> str:
    return format_html(
        '<a class="note" id="passage-{}" href="#remark-{}" aria-label="{}">{}</a>',
        mark.key,
        mark.key,
        mark.label,
        mark.number,
    )
