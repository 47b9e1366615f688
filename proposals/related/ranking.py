"""The ranking: what committees say and publish, then what connects them, then how often each is asked."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

import bm25s
import numpy as np

from proposals.related.closeness import FAR, NEAR, Closeness, heads_of
from proposals.related.feedback import felt
from proposals.related.knowledge import Answered, Knowledge
from proposals.related.vectors import Vectors
from proposals.related.words import Spellings, stems_of

logging.getLogger("bm25s").setLevel(logging.WARNING)

Scores = np.ndarray

DIMENSIONS = 120
BEST = 3
# How much each sign counts; each is scaled to 1 for the committee that shows it most.
WEIGHTS = {"document": 1.0, "scope": 0.5, "publications": 0.8, "meaning": 0.6, "area": 0.35}
# How much a committee gains from what connects it with the committees that the text itself points to.
LINKS = {"child": 0.3, "parent": 0.1, "named": 0.35, "twin": 0.15, "near": 0.3}
PRIOR = 0.12
# With a sentence encoder: how much each kind of closeness counts, against the words together as 1, all standardized;
# what a committee then gains by its links; and the prior.
CLOSE = {"best": 1.0, "centre": 1.0, "three": 1.0, "centre_of_title": 0.5}
CLOSE_LINKS = {"child": 0.25, "parent": 0.05, "named": 0.3, "twin": 0.1, "near": 0.2}
CLOSE_PRIOR = 0.15
# What committees answered to earlier proposals is light evidence.
FEEDBACK = 0.15


class Texts:
    """BM25 over some texts; a text without a known word scores nothing anywhere."""

    def __init__(self, texts: Iterable[list[str]], k1: float = 1.5, b: float = 0.75):
        corpus = list(texts)
        self.size = len(corpus)
        self.words = {word for text in corpus for word in text}
        self.index = bm25s.BM25(k1=k1, b=b)
        if self.words:
            self.index.index(corpus, show_progress=False)

    def scores(self, words: list[str]) -> Scores:
        known = [word for word in words if word in self.words]
        return self.index.get_scores(known) if known else np.zeros(self.size, dtype=np.float32)


def scaled(scores: Scores) -> Scores:
    """The same, with 1 for the highest."""
    top = scores.max(initial=0)
    return scores / top if top > 0 else scores


def standard(scores: Scores) -> Scores:
    """The same, with mean 0 and spread 1."""
    return (scores - scores.mean()) / (scores.std() + 1e-9)


def outstanding(scores: Scores) -> Scores:
    """What stands out above the mean, 1 for the highest."""
    return scaled(np.maximum(standard(scores), 0))


class Index:
    """Everything that does not depend on the question, made once for one state of knowledge; with vectors of its
    texts it ranks by meaning too, without them by words alone."""

    def __init__(self, knowledge: Knowledge, vectors: Vectors | None = None):
        self.knowledge = knowledge
        self.names = [item.acronym for item in knowledge.committees]
        self.place = {name: n for n, name in enumerate(self.names)}
        published = [item for item in knowledge.publications if item.acronym in self.place]
        self.published = published
        self.owners = np.array([self.place[item.acronym] for item in published], dtype=int)
        self.scopes = [stems_of(f"{item.title} {item.title} {item.scope}") for item in knowledge.committees]
        self.titles = [stems_of(item.title) for item in published]
        documents = [list(words) for words in self.scopes]
        for owner, words in zip(self.owners, self.titles, strict=True):
            documents[owner] += words
        self.documents = documents
        self.by_document, self.by_scope = Texts(documents, k1=4), Texts(self.scopes)
        self.by_title = Texts(self.titles)
        self.by_subject = Texts(stems_of(f"{item.name} {item.name} {item.text}") for item in knowledge.subjects)
        self.close: Closeness | None = None
        self.weights = LINKS
        if vectors and self.names:
            self.attach(vectors)

    def attach(self, vectors: Vectors) -> None:
        """From now on it ranks by meaning too."""
        self.close, self.weights = Closeness(self.knowledge, self.published, self.owners, vectors), CLOSE_LINKS

    @cached_property
    def active(self) -> Scores:
        """Disbanded and merged committees are ranked lower, those of unknown status are not."""
        return np.array([0.3 if item.disbanded else 1.0 for item in self.knowledge.committees])

    @cached_property
    def named(self) -> dict[str, list[str]]:
        """Whom each committee's scope names."""
        known = Spellings(self.knowledge.spelled)
        return {item.acronym: known.named_in(item.scope, item.acronym) for item in self.knowledge.committees}

    @cached_property
    def links(self) -> dict[str, Scores]:
        """Per kind of link a square of weights: row gains from column."""
        size = len(self.names)
        found = {kind: np.zeros((size, size), dtype=np.float32) for kind in LINKS}
        for item in self.knowledge.committees:
            child, parent = self.place[item.acronym], self.place.get(item.parent)
            if parent is not None:
                found["child"][parent, child] = found["parent"][child, parent] = 1
            for name in self.named[item.acronym]:
                found["named"][self.place[name], child] = 1
        for twin in self.knowledge.twins:
            first, second = self.place.get(twin.first), self.place.get(twin.second)
            if first is not None and second is not None:
                found["twin"][first, second] = found["twin"][second, first] = 1
        found["near"] = self.close.nearest if self.close else self._nearest()
        return found

    def _nearest(self, count: int = 10) -> Scores:
        alike = self.vectors @ self.vectors.T
        np.fill_diagonal(alike, 0)
        keep = min(count, max(len(alike) - 1, 1))
        limit = np.sort(alike, axis=1)[:, -keep][:, None]
        return np.where((alike >= limit) & (alike > 0.3), alike, 0).astype(np.float32)

    @cached_property
    def prior(self) -> Scores:
        """How often others name a committee, share texts with it, or list it in an area: 0 to 1."""
        count = self._connected
        for subject in self.knowledge.subjects:
            for name in subject.committees:
                if name in self.place:
                    count[self.place[name]] += 1
        return scaled(np.log1p(count))

    @cached_property
    def public_prior(self) -> Scores:
        """The same without the areas."""
        return scaled(np.log1p(self._connected))

    @property
    def _connected(self) -> Scores:
        return self.links["named"].sum(axis=1) + self.links["twin"].sum(axis=1)

    @cached_property
    def _frequencies(self) -> Counter[str]:
        return Counter(word for words in self.documents for word in set(words))

    def texts_by_use(self, title: str, scope: str) -> list[str]:
        """The texts whose vectors are of use for a question, the most useful first: titles, scopes, publications in
        the order in which their words match."""
        order = np.argsort(-self.by_title.scores(stems_of(f"{title} {title} {scope}")), kind="stable")
        return [*heads_of(self.knowledge), *(self.published[n].title for n in order)]

    def rarity(self, word: str) -> float:
        """How telling a word is: the fewer committees use it, the more; nothing where none does."""
        count = self._frequencies[word]
        return float(np.log(1 + len(self.documents) / count)) if count else 0.0

    @cached_property
    def _meaning(self) -> tuple[dict[str, int], Scores, Scores, Scores]:
        """Latent semantic vectors out of the committees' own words: words, their weights, base, committees."""
        counts = self._frequencies
        kept = {word: n for n, word in enumerate(sorted(w for w, c in counts.items() if c > 1))}
        if not kept:
            empty = np.zeros((len(self.documents), 1), dtype=np.float32)
            return kept, np.zeros(0), np.zeros((0, 1)), empty
        weights = np.log1p(len(self.documents) / np.array([counts[word] for word in kept]))
        table = np.stack([_row(words, kept, weights) for words in self.documents])
        values, left = np.linalg.eigh(table @ table.T)
        take = min(DIMENSIONS, int((values > 1e-6).sum()))
        values, left = values[-take:], left[:, -take:]
        base = table.T @ (left / np.sqrt(values))
        return kept, weights, base, _unit(table @ base)

    @property
    def vectors(self) -> Scores:
        return self._meaning[3]

    def signs(self, title: str, scope: str, public: bool = False) -> dict[str, Scores]:
        """What speaks for each committee out of the words alone, each sign scaled to 1."""
        words = stems_of(f"{title} {title} {scope}")
        publications = self.by_title.scores(words)
        return {
            "document": scaled(self.by_document.scores(words)),
            "scope": scaled(self.by_scope.scores(words)),
            "publications": scaled(self._best_of(publications)),
            "meaning": scaled(self._like(words)),
            "area": np.zeros(len(self.names)) if public else scaled(self._of_areas(words)),
        }

    def _best_of(self, publications: Scores) -> Scores:
        total = np.zeros(len(self.names))
        left = np.full(len(self.names), BEST)
        for n in np.argsort(-publications, kind="stable"):
            if publications[n] <= 0:
                break
            owner = self.owners[n]
            if left[owner]:
                total[owner] += publications[n] / BEST
                left[owner] -= 1
        return total

    def _like(self, words: list[str]) -> Scores:
        kept, weights, base, committees = self._meaning
        vector = _unit((_row(words, kept, weights) @ base)[None, :])[0] if kept else np.zeros(1)
        return np.maximum(committees @ vector, 0)

    def _of_areas(self, words: list[str]) -> Scores:
        found = scaled(self.by_subject.scores(words))
        total = np.zeros(len(self.names))
        for score, subject in zip(found, self.knowledge.subjects, strict=True):
            for name in subject.committees:
                if name in self.place and score > 0.5:
                    total[self.place[name]] = max(total[self.place[name]], score)
        return total

    def gains(self, own: Scores) -> dict[str, Scores]:
        """What each committee gains from its links with those that the text points to."""
        strong = own**2
        return {
            "child": (self.links["child"] * strong).max(axis=1),
            "parent": (self.links["parent"] * strong).max(axis=1),
            **{kind: scaled(np.sqrt(self.links[kind] @ strong**1.5)) for kind in ("named", "twin", "near")},
        }

    def scores(
        self, title: str, scope: str, public: bool = False, answers: Iterable[Answered] = ()
    ) -> tuple[Scores, dict[str, Scores]]:
        """The score of every committee, 0 to 1, and the signs and gains that it is made of. In public neither the
        areas of the landscape nor what committees answered takes part."""
        signs = self.signs(title, scope, public)
        own = scaled(sum(WEIGHTS[name] * values for name, values in signs.items()))
        asked = self.close.question(title, scope) if self.close else None
        if asked is not None:
            own, signs = self._by_meaning(own, signs, asked)
        gains = self.gains(own)
        total = own + sum(self.weights[name] * values for name, values in gains.items())
        if total.any():
            prior = self.public_prior if public else self.prior
            total = total + (CLOSE_PRIOR if self.close else PRIOR) * prior * (total > 0)
            known = [] if public else [row for row in answers if row.acronym in self.place]
            vectors = self.close.vectors if asked is not None else None
            felt_by, because = felt(f"{title}. {scope}", known, self.place, vectors, asked)
            total = np.maximum(total + FEEDBACK * felt_by, 0)
            signs.update(feedback=np.maximum(felt_by, 0), because=because)
        return scaled(total * self.active), {**signs, **gains, "own": own}

    def _by_meaning(self, words: Scores, signs: dict[str, Scores], asked: Scores) -> tuple[Scores, dict[str, Scores]]:
        """Words and closeness together; the signs that reasons are given for are the stronger of both."""
        close = self.close.signs(asked)
        close["best"] = np.maximum(close["names"], close["single"])
        if not words.any() and close["best"].max() < NEAR:
            return words, signs
        together = standard(words) + sum(weight * standard(close[name]) for name, weight in CLOSE.items())
        known = {
            **signs,
            "scope": np.maximum(signs["scope"], outstanding(close["names"]) * (close["names"] > FAR)),
            "publications": np.maximum(signs["publications"], outstanding(close["single"]) * (close["single"] > FAR)),
            "nearest": close["nearest"],
        }
        return scaled(np.maximum(together, 0)), known


def _row(words: list[str], kept: dict[str, int], weights: Scores) -> Scores:
    row = np.zeros(len(kept), dtype=np.float32)
    for word in words:
        if word in kept:
            row[kept[word]] += 1
    row = np.log1p(row) * weights
    length = np.linalg.norm(row)
    return (row / length if length else row).astype(np.float32)


def _unit(rows: Scores) -> Scores:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
