"""Small typing errors: the words of all records by what is left of them when one letter is taken out.

Two words that differ by one slip meet in such a remainder, so that a look into one ordinary index finds the likely ones
on both databases (as in SymSpell, of which only the first letters count); RapidFuzz then counts the slips. A word is
proposed only if the reader's own rows hold it: the table itself is never shown, and a draft's words help nobody who may
not see the draft. Nothing is ever taken from it: a word that no row holds any more is proposed to nobody."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from core.models import SearchSpelling
from core.search.words import LONGEST

SHORTEST, FIRST_LETTERS, TWO_SLIPS_FROM = 4, 7, 8
AT_ONCE, MOST_LIKELY = 2000, 12


def remainders(word: str) -> set[str]:
    """The beginning of a word, and it with any one letter taken out."""
    start = word[:FIRST_LETTERS]
    return {start, *(start[:place] + start[place + 1 :] for place in range(len(start)))}


def can_be_mended(word: str) -> bool:
    """Words of four letters and more; a number is what it is."""
    return SHORTEST <= len(word) < LONGEST and word.isalpha()


def learn(words: Iterable[str]) -> None:
    """Remembers the words that are not known yet. Two writers at one instant may both write one: nobody waits for
    anybody, and a word that stands twice is read as one."""
    wanted = sorted({word for word in words if can_be_mended(word)})
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        beginnings = {word[:FIRST_LETTERS] for word in some}
        known = SearchSpelling.objects.filter(remainder__in=beginnings, word__in=some).values_list("word", flat=True)
        new = set(some).difference(known)
        rows = (SearchSpelling(remainder=rest, word=word) for word in sorted(new) for rest in sorted(remainders(word)))
        SearchSpelling.objects.bulk_create(rows, batch_size=400)


def likely(word: str) -> list[tuple[int, str]]:
    """Words that may have been meant, each after the number of slips: one, or two in a word of eight letters."""
    if not can_be_mended(word):
        return []
    most = 2 if len(word) >= TWO_SLIPS_FROM else 1
    rows = SearchSpelling.objects.filter(remainder__in=remainders(word)).values_list("word", flat=True)
    near = ((OSA.distance(word, other, score_cutoff=most), other) for other in set(rows))
    return sorted(pair for pair in near if 0 < pair[0] <= most)[:MOST_LIKELY]
