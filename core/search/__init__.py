"""The search: writing a record's row, and finding rows again, alike on both databases.

The index of the database names the rows (`engine`), their order is counted here (`ranking`), a slip of the keys is
mended where nothing else is found (`spelling`), and what was found is marked (`marking`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left

from core.models import SearchText
from core.search import engine, spelling
from core.search.ranking import WEIGHED, Row, ranked
from core.search.words import Term, all_tokens, normalise, terms_of

__all__ = ["Found", "find", "index", "index_many", "keys_of", "normalise", "row_of", "save_rows", "search", "unindex"]

# So many rows are weighed. Of more, the newest stand for all, and with them the newest called by the whole words.
MOST, MOST_TITLED = 500, 250


def row_of(
    kind: str,
    key: Any,
    title: str,
    text: str,
    url: str,
    audience: str = SearchText.Audience.SHARED,
    *,
    also: str = "",
    names: Iterable[str] = (),
    called: bool = True,
) -> SearchText:
    """The search row of one record, not saved. `also` is found but never shown, and so are the `names` by which the
    record itself is called, as its reference: who types one whole means this record and no other. A comment is not
    `called` by its title, which only says what it is about."""
    title, names = title[:400], list(names)
    return SearchText(
        kind=kind,
        key=str(key),
        title=title,
        text=text,
        words="\n".join(["|".join(map(normalise, names)), normalise(title), normalise(f"{text} {also}")]),
        tokens=all_tokens(kind, audience, title, " \n ".join([text, also, *names]), called=called),
        url=url,
        audience=audience,
    )


def index(kind: str, key: Any, title: str, *rest: Any, **more: Any) -> None:
    """One row per record, replaced at every change; an empty title removes it. Takes what `row_of` takes."""
    if title:
        save_rows([row_of(kind, key, title, *rest, **more)])
    else:
        SearchText.objects.filter(kind=kind, key=str(key)).delete()


def index_many(kind: str, rows: Iterable[tuple[Any, str, str, str]]) -> None:
    """`index` for many records of one kind that everybody may find, each by key, title, text and address."""
    save_rows(row_of(kind, *row) for row in rows)


def save_rows(rows: Iterable[SearchText]) -> None:
    """Writes search rows, replacing those of the same records, and remembers their words for slips of the keys."""
    made = list(rows)
    fields = ["title", "text", "words", "tokens", "url", "audience", "updated_at"]
    SearchText.objects.bulk_create(
        made, batch_size=100, update_conflicts=True, unique_fields=["kind", "key"], update_fields=fields
    )
    spelling.learn(word for row in made for word in row.tokens.split())


def unindex(kind: str, keys: Iterable[Any]) -> None:
    """Records of this kind are found no more."""
    SearchText.objects.filter(kind=kind, key__in=[str(key) for key in keys]).delete()


# Every row, for the filter of a list -------------------------------------------------------------


def find(query: str, audiences: list[str], kinds: Iterable[str] = ()) -> QuerySet[SearchText]:
    """All rows that hold every word of the query, for these audiences, in no order; of these kinds if any are named.
    What belongs together stands together in them, or, if it does so nowhere, apart."""
    kinds = list(kinds)
    asked = _asked(query, audiences, kinds)
    if not asked:
        return SearchText.objects.none()
    rows = SearchText.objects.filter(pk__in=engine.rows_with(asked), audience__in=audiences)
    return rows.filter(kind__in=kinds) if kinds else rows


def keys_of(query: str, audiences: list[str], kind: str) -> set[int]:
    """The keys of all records of one kind, which are numbers, that hold every word, as `find`, for a list whose own
    question says which of them the reader may see: of many thousands the rows themselves need not be read."""
    asked = _asked(query, audiences, [kind])
    return engine.keys_with(asked, kind) if asked else set()


def _asked(query: str, audiences: list[str], kinds: list[str]) -> str:
    """What is asked of the index for all words of a query; nothing where it has none, or the reader no audience."""
    terms = terms_of(query)
    if not terms or not audiences:
        return ""
    asked = engine.expression(terms, audiences, kinds)
    loose = [term.loose for term in terms]
    if loose != terms and not engine.newest_with(asked, MOST + 1):
        return engine.expression(loose, audiences, kinds)
    return asked


# The best rows, for a reader ---------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What a query found: key and kind of the rows, best first.

    `terms` are what was looked for in the end: `mended` says it in words when a slip was mended, `some` that no row
    holds all of them, `more` that only the newest of very many were weighed."""

    rows: list[tuple[int, str]] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    mended: str = ""
    some: bool = False
    more: bool = False


def search(query: str, audiences: list[str], weights: Mapping[str, float], kind: str = "") -> Found:
    """The rows for these audiences, best first; `weights` names the kinds that there are and what each counts.

    Asked in turn until something is found: all words, with the parts of a number together; the parts apart; the words
    as they were probably meant; any of the words."""
    terms = terms_of(query)
    if not terms or not audiences:
        return Found()
    asker = _Asker(audiences, weights, [kind] if kind else [])
    loose = [term.loose for term in terms]
    if found := asker.rows(terms) or (loose != terms and asker.rows(loose)):
        return asker.found(found, terms)
    meant = asker.meant(terms)
    if meant != terms and (found := asker.rows(meant)):
        return asker.found(found, meant, mended=" ".join(term.said for term in meant))
    found = asker.rows(loose, some=True) if len(terms) > 1 else []
    return asker.found(found, terms, some=bool(found))


@dataclass
class _Asker:
    """One reader's questions to the index."""

    audiences: list[str]
    weights: Mapping[str, float]
    kinds: list[str]
    more: bool = False

    def _keys(self, terms: list[Term], most: int, kinds: list[str] | None = None, **more: bool) -> list[int]:
        limits = self.kinds if kinds is None else kinds
        return engine.newest_with(engine.expression(terms, self.audiences, limits, **more), most)

    def rows(self, terms: list[Term], *, some: bool = False) -> list[Row]:
        """The rows to be weighed: all, or where there are very many the newest of all and the newest that are called by
        the whole words. A bound by age is the same on both databases, and neither has to look at all the others."""
        keys = self._keys(terms, MOST + 1, some=some)
        self.more = len(keys) > MOST
        if self.more:
            whole = [term.whole for term in terms]
            keys = keys[:MOST] + self._keys(whole, MOST_TITLED, titled=True, some=some)
        # The audience is asked of the row itself once more: what the index says is not all that protects a draft.
        rows = SearchText.objects.filter(pk__in=set(keys), audience__in=self.audiences)
        return [Row(*row) for row in rows.values_list("pk", "kind", Left("words", WEIGHED))]

    def meant(self, terms: list[Term]) -> list[Term]:
        """The terms, each word that none of the reader's rows holds replaced by the likeliest that one does."""
        return [self._likeliest(term) for term in terms]

    def _likeliest(self, term: Term) -> Term:
        near = spelling.likely(term.said)
        # The bound is that of every question: with a smaller one PostgreSQL hopes to meet a rare word by chance.
        if not near or self._keys([term], MOST + 1, []):
            return term
        known = ((slips, -len(self._keys(terms_of(word), MOST + 1, [])), word) for slips, word in near)
        best = min((item for item in known if item[1]), default=None)
        return terms_of(best[2])[0] if best else term

    def found(self, rows: list[Row], terms: list[Term], **facts: Any) -> Found:
        ordered = ranked(rows, terms, self.weights)
        return Found([(row.pk, row.kind) for row in ordered], terms, more=self.more, **facts)
