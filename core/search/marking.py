"""The passage in which the words stand: one pattern over the text as it was written, which knows accents and the forms
of a number, so that nothing has to be folded again for every line of a page."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from core.search.words import Term, fold

BEFORE, LENGTH = 60, 180


def _letters_like() -> dict[str, str]:
    """Every letter a to z with the accented letters that fold to it."""
    like: dict[str, set[str]] = defaultdict(set)
    for char in map(chr, range(0xC0, 0x250)):
        like[fold(char)].add(char)
    return {letter: f"[{letter}{''.join(sorted(chars))}]" for letter, chars in like.items() if len(letter) == 1}


_LIKE = _letters_like()


def _spelled(said: str) -> str:
    """A pattern for a word or a number in every form that is normalised to it."""
    parts = []
    for word in said.split():
        letters = "".join(_LIKE.get(char, re.escape(char)) for char in word)
        parts.append(f"0*{letters}" if word[0].isdecimal() else letters)
    return r"[\W_]*".join(parts)


@lru_cache(maxsize=64)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    whole = " ".join(term.said for term in terms)
    said = [whole] if len(terms) > 1 else []
    for term in terms:
        # A single letter would be marked inside every other word.
        said += [form for form in (term.said, *term.kin) if len(form) > 1 or len(terms) == 1]
    forms = sorted({_spelled(form): None for form in said}, key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])((?:{'|'.join(forms)})(?:(?<=\d)(?!\d)|(?<!\d)[^\W\d_]*))", re.IGNORECASE)


def plain(text: str) -> str:
    """A text in one line, without the signs of Markdown."""
    return " ".join(re.sub(r"[#*_>`|]+", " ", unicodedata.normalize("NFC", text)).split())


def line_around(text: str, terms: Iterable[Term]) -> SafeString:
    """About one line of the text where most of the words stand, the words marked; its beginning if none is met."""
    terms = tuple(terms)
    if not terms:
        return conditional_escape("")
    line, pattern = plain(text), _pattern(terms)
    start = _start(line, pattern)
    end = len(line) if len(line) <= start + LENGTH else line.rfind(" ", start, start + LENGTH)
    end = end if end > start else start + LENGTH
    marked = (
        f"<mark>{conditional_escape(part)}</mark>" if n % 2 else conditional_escape(part)
        for n, part in enumerate(pattern.split(line[start:end]))
    )
    return SafeString(("… " if start else "") + "".join(marked) + (" …" if end < len(line) else ""))


def _start(line: str, pattern: re.Pattern[str]) -> int:
    """Where the passage begins: a little before the place from which most different words follow within a line."""
    met = []
    for match in pattern.finditer(line):
        met.append((match.start(), match[1].casefold()))
        if len(met) == 40:
            break
    if not met:
        return 0
    best = max(met, key=lambda item: (_words_from(item[0], met), -item[0]))[0]
    start = max(0, best - BEFORE)
    return line.find(" ", start) + 1 if start else 0


def _words_from(start: int, met: list[tuple[int, str]]) -> int:
    """How much of the query stands within a line from here; what stands together as it was typed counts by length."""
    near = {word for place, word in met if start <= place < start + LENGTH - BEFORE}
    return sum(len(word) for word in near)
