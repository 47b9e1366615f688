"""From text to words: the one rule for what is written into the index and for what is asked of it.

A record gives the index a set of tokens and nothing else: no positions, no weights. Both databases keep such a set
alike, so that both find the same rows. What belongs together is one token more: SPCG-47B gives spcg, 47, b and also
spcg47, 47b, spcg47b; 2020-04 gives 2020x4; e-mail gives email. So every usual form of a number is one look into the
index. Words of the title stand a second time behind a low line, as do the kind and the audience of the record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

LONGEST, MOST_TOKENS, MOST_BYTES = 40, 20_000, 800_000
MOST_LETTERS, MOST_TERMS = 200, 12
STOP_WORDS = frozenset(
    "a an and as at by for from in into is it of on or that the their this to what which with".split()
)
_OTHER_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
# Chinese and Japanese are written without spaces: every character is a word.
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|\d+")
_ORDINALS = {"st", "nd", "rd", "th"}
_HYPHENS = "-\u2010\u2011\u2012\u2013"
_INSIDE_NUMBERS = set(f"{_HYPHENS}./:")


class Piece(NamedTuple):
    """A word or a number, and what stands between it and the one before."""

    word: str
    gap: str

    @property
    def is_number(self) -> bool:
        return self.word[0].isdecimal()


def fold(text: str) -> str:
    """Lower case, accents taken off: SQLite folds neither É nor é."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_OTHER_LETTERS)
    return "".join(char for char in folded if not unicodedata.combining(char))


def pieces(text: str) -> list[Piece]:
    """The words and numbers of a text in order; tc20 is two of them, 04 is 4, and 8th is 8."""
    folded = fold(text)
    found: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(folded):
        word, gap = match[0], folded[end : match.start()]
        end = match.end()
        if word[0].isdecimal():
            word = word.lstrip("0") or "0"
        elif not gap and word in _ORDINALS and found and found[-1].is_number:
            continue
        found.append(Piece(word[:LONGEST], gap))
    return found


def normalise(text: str) -> str:
    """The words and numbers in order, one space between them."""
    return " ".join(piece.word for piece in pieces(text))


# What belongs together -------------------------------------------------------------------------


class Number(NamedTuple):
    """A number with what belongs to it: `begin` and `end` are places among the pieces, 2020-04 is the chain 2020x4."""

    begin: int
    end: int
    chain: str
    before: str
    after: str

    @property
    def whole(self) -> str:
        return f"{self.before}{self.chain}{self.after}"

    @property
    def forms(self) -> set[str]:
        """Every form in which somebody may ask for it."""
        forms = {self.chain, self.before + self.chain, self.chain + self.after, self.whole}
        return {form[:LONGEST] for form in forms}


def numbers(found: list[Piece]) -> Iterator[Number]:
    """The numbers among the pieces: with a short word before (SPCG, TC, A.) and a single letter behind."""
    place = 0
    while place < len(found):
        if not found[place].is_number:
            place += 1
            continue
        end = place + 1
        while end < len(found) and found[end].is_number and found[end].gap in _INSIDE_NUMBERS:
            end += 1
        chain = "x".join(piece.word for piece in found[place:end])
        yield Number(place, end, chain, _before(found, place), _after(found, end))
        place = end


def _before(found: list[Piece], place: int) -> str:
    if not place or found[place - 1].is_number:
        return ""
    word, gap = found[place - 1].word, found[place].gap
    # Apart, only the short names of series and committees; together or by a hyphen, longer ones too.
    short = len(word) <= 4 if gap.isspace() else len(word) <= 6 and len(gap) <= 1
    return word if short and len(gap) <= 2 and word not in STOP_WORDS else ""


def _after(found: list[Piece], end: int) -> str:
    if end == len(found) or len(found[end].word) != 1 or found[end].is_number:
        return ""
    return found[end].word if found[end].gap in ("", " ", *_HYPHENS) else ""


def _hyphened(found: list[Piece]) -> Iterator[tuple[int, str]]:
    for place in range(1, len(found)):
        first, second = found[place - 1], found[place]
        if second.gap and second.gap in _HYPHENS and not first.is_number and not second.is_number:
            yield place - 1, (first.word + second.word)[:LONGEST]


# What the index is given -----------------------------------------------------------------------


def tokens_of(text: str) -> dict[str, None]:
    """Everything by which a text is found, in order."""
    found = pieces(text)
    tokens = dict.fromkeys(piece.word for piece in found)
    for number in numbers(found):
        tokens |= dict.fromkeys(sorted(number.forms))
    return tokens | dict.fromkeys(word for _place, word in _hyphened(found))


def kind_token(kind: str) -> str:
    """The token of all records of one kind."""
    return f"_k_{fold(kind).replace(' ', '_')}"


def audience_token(audience: str) -> str:
    """The token of all records for one audience."""
    return f"_a_{audience}"


def all_tokens(kind: str, audience: str, title: str, text: str, *, called: bool = True) -> str:
    """The tokens of a record, one space between them; those of the title twice if it is called so. Of a very long text
    the first 20,000 different words count, and no more than PostgreSQL takes for one record."""
    titled = list(tokens_of(title))
    tokens = [audience_token(audience), kind_token(kind), *(f"_{token}" for token in titled if called)]
    tokens += list(dict.fromkeys([*titled, *tokens_of(text)]))[:MOST_TOKENS]
    while len(line := " ".join(tokens).encode()) > MOST_BYTES:
        tokens = tokens[: len(tokens) // 2]
    return line.decode()


# What is asked of it ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """One look into the index: a whole token, or all that begin so."""

    word: str
    begins: bool = False


@dataclass(frozen=True)
class Term:
    """What a reader means by one word or number: any of `ways`, each of which needs all its tokens.
    `said` is how it stands in a normalised text, `kin` the same word in the other number."""

    said: str
    ways: tuple[tuple[Token, ...], ...]
    kin: tuple[str, ...] = ()

    @property
    def loose(self) -> Term:
        """The same without asking that its parts stand together; a single letter by itself would say nothing."""
        parts = [Token(part) for part in self.said.split()]
        says = len(parts) > 1 and all(len(part.word) > 1 or part.word.isdecimal() for part in parts)
        return Term(self.said, (*self.ways, tuple(parts)), self.kin) if says else self

    @property
    def whole(self) -> Term:
        """The same without words that only begin so."""
        return Term(self.said, tuple(tuple(Token(token.word) for token in way) for way in self.ways), self.kin)


def terms_of(query: str) -> list[Term]:
    """What a query asks for; the small words of the language count only where there is nothing else."""
    found = pieces(query[:MOST_LETTERS])
    taken: dict[int, Term] = {}
    used: set[int] = set()
    for number in numbers(found):
        begin = number.begin - bool(number.before and number.begin - 1 not in used)
        before = number.before if begin < number.begin else ""
        places = range(begin, number.end + bool(number.after))
        said = " ".join(found[place].word for place in places)
        taken[begin] = Term(said, ((Token(f"{before}{number.chain}{number.after}"[:LONGEST]),),))
        used |= set(places)
    for place, joined in _hyphened(found):
        if not {place, place + 1} & used:
            apart = (_asked(found[place].word), _asked(found[place + 1].word))
            taken[place] = Term(f"{apart[0].word} {apart[1].word}", ((_asked(joined),), apart), (joined,))
            used |= {place, place + 1}
    taken |= {place: _plain(piece.word) for place, piece in enumerate(found) if place not in used}
    terms = list(dict.fromkeys(taken[place] for place in sorted(taken)))
    return ([term for term in terms if term.said not in STOP_WORDS] or terms)[:MOST_TERMS]


def _asked(word: str) -> Token:
    return Token(word, begins=len(word) > 2)


def _plain(word: str) -> Term:
    kin = tuple(dict.fromkeys(_other_numbers(word)))
    return Term(word, ((_asked(word),), *((Token(other),) for other in kin)), kin)


def _other_numbers(word: str) -> Iterable[str]:
    """What a plural may be of, and the plural that does not begin as its word does: city, cities."""
    if len(word) > 3 and word.endswith("y") and word[-2] not in "aeiou":
        yield f"{word[:-1]}ies"
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    elif word.endswith("es"):
        yield word[:-2]
    yield word[:-1]
