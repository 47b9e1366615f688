"""Which of the found rows comes first: counted here and not by the databases, so that both say the same.

What is called so before all others; the whole word before its beginning, the title before the text, a short title
before a long one, words that stand together before words apart, often before once (as BM25 dampens it), then the
weight of the kind, then the newest. Every found row holds every word, so how rare a word is would change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.search.words import Term

# Of a text so many letters are weighed; what stands further behind is found and counts as said once.
WEIGHED = 4000
TITLE_WHOLE, TITLE_BEGINS, TITLE_SHARE = 8.0, 5.0, 4.0
TEXT_WHOLE, TEXT_BEGINS, FAR_BEHIND = 3.0, 1.5, 0.5
NAME_IS_IT, NAME_ENDS, TITLE_IS_IT, TITLE_STARTS = 9.0, 3.0, 9.0, 5.0
TITLE_TOGETHER, TEXT_TOGETHER = 4.0, 3.0
KIN = 0.8
USUAL_LENGTH = 1500


class Row(NamedTuple):
    """What of a row is weighed; `words` are three normalised lines: the names of the record, its title, its text."""

    pk: int
    kind: str
    words: str


class Query(NamedTuple):
    """The terms, and the whole query as it would stand in a normalised text."""

    terms: list[Term]
    said: str


def ranked(rows: list[Row], terms: list[Term], weights: Mapping[str, float]) -> list[Row]:
    """The rows, best first; of equal ones the newest first."""
    query = Query(terms, " ".join(term.said for term in terms))
    return sorted(rows, key=lambda row: (-weight_of(row, query, weights), -row.pk))


def weight_of(row: Row, query: Query, weights: Mapping[str, float]) -> float:
    """How well a row answers the query; greater is better."""
    names, title, text = row.words.split("\n", 2) if row.words.count("\n") >= 2 else ("", "", row.words)
    title, text = f" {title} ", f" {text} "
    length = 0.25 + 0.75 * len(text) / USUAL_LENGTH
    weight = sum(_term_in(term, title, text, length) for term in query.terms) / len(query.terms)
    weight += NAME_IS_IT if f"|{query.said}|" in f"|{names}|" else NAME_ENDS if f" {query.said}|" in f"{names}|" else 0
    return round(weight + _together(query.said, title, text) + weights.get(row.kind, 0.0), 6)


def _term_in(term: Term, title: str, text: str, length: float) -> float:
    best = max(_said_in(term.said, title), *(KIN * _said_in(other, title) for other in term.kin), 0.0)
    often = text.count(f" {term.said} ") or KIN * sum(text.count(f" {other} ") for other in term.kin)
    if often:
        return best + TEXT_WHOLE * often / (often + 1.2 * length)
    begun = text.count(f" {term.said}")
    return best + (TEXT_BEGINS * begun / (begun + 1.2 * length) if begun else FAR_BEHIND)


def _said_in(said: str, title: str) -> float:
    if f" {said} " in title:
        return TITLE_WHOLE + TITLE_SHARE * (said.count(" ") + 1) / title.count(" ")
    return TITLE_BEGINS if f" {said}" in title else 0.0


def _together(said: str, title: str, text: str) -> float:
    """What the query as a whole is in the title and in the text."""
    phrase = f" {said}"
    if title.strip() == said:
        return TITLE_IS_IT
    if title.startswith(phrase):
        return TITLE_STARTS
    if " " in said and phrase in title:
        return TITLE_TOGETHER
    return TEXT_TOGETHER if " " in said and phrase in text else 0.0
