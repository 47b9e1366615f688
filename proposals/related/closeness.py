"""How close in meaning a text is to what committees are called, are for, and publish."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from proposals.related.encoder import Rows
from proposals.related.knowledge import Knowledge, Published
from proposals.related.vectors import Vectors

BEST = 3
NEAREST = 10
# Below this, two texts have nothing to do with each other.
FAR = 0.25
# A text of which no word is known is understood from here on; letters without sense come up to 0.4.
NEAR = 0.45


def heads_of(knowledge: Knowledge) -> list[str]:
    """Titles and scopes, without whose vectors none is of use."""
    scopes = [item.scope for item in knowledge.committees if item.scope]
    return [*(item.title for item in knowledge.committees), *scopes]


def texts_of(knowledge: Knowledge) -> list[str]:
    """What needs a vector, the most useful first: titles, scopes, publications."""
    return list(dict.fromkeys([*heads_of(knowledge), *(item.title for item in knowledge.publications)]))


class Closeness:
    """The vectors of one state of knowledge; nothing of a committee outside it takes part. What has no vector yet is
    close to nothing."""

    def __init__(self, knowledge: Knowledge, published: list[Published], owners: Rows, vectors: Vectors):
        self.vectors = vectors
        self.titles = vectors.rows([item.title for item in knowledge.committees])
        self.scopes = vectors.rows([item.scope or item.title for item in knowledge.committees])
        # Editions share their titles.
        titles = list(dict.fromkeys(item.title for item in published))
        place = {title: n for n, title in enumerate(titles)}
        self.texts = vectors.rows(titles)
        self.text_of = np.array([place[item.title] for item in published], dtype=int)
        self.owners = owners

    @cached_property
    def centres(self) -> Rows:
        """What a committee is about on the whole: its publications together count as much as its title or scope."""
        size = len(self.titles)
        count = np.bincount(self.owners, minlength=size)[:, None]
        total = np.zeros_like(self.titles)
        np.add.at(total, self.owners, self.texts[self.text_of])
        return _unit(total / np.maximum(count, 1) + self.titles + self.scopes)

    @cached_property
    def nearest(self) -> Rows:
        """A square: how like a committee is its nearest others, nothing for the rest."""
        alike = self.centres @ self.centres.T
        np.fill_diagonal(alike, 0)
        keep = min(NEAREST, max(len(alike) - 1, 1))
        limit = np.sort(alike, axis=1)[:, -keep][:, None]
        return np.where((alike >= limit) & (alike > FAR), alike, 0).astype(np.float32)

    def question(self, title: str, scope: str) -> Rows:
        """Two rows: the whole text, and its title alone."""
        return self.vectors.encoder.encode([f"{title}. {scope}", title])

    def signs(self, asked: Rows) -> dict[str, Rows]:
        """How close each committee is: by its names, by its best publication, its best three, its centre."""
        whole, title = asked
        single, three, nearest = self._published(self.texts @ whole)
        return {
            "names": np.maximum(self.titles @ whole, self.scopes @ whole),
            "single": single,
            "three": three,
            "centre": self.centres @ whole,
            "centre_of_title": self.centres @ title,
            "nearest": nearest,
        }

    def _published(self, close: Rows) -> tuple[Rows, Rows, Rows]:
        """Per committee: its closest publication, the mean of its best three, and the row of the closest or -1."""
        size = len(self.titles)
        single, three, nearest = np.zeros(size), np.zeros(size), np.full(size, -1)
        if not len(self.owners):
            return single, three, nearest
        each = close[self.text_of]
        order = np.lexsort((-each, self.owners))
        owners = self.owners[order]
        rank = np.arange(len(order)) - np.searchsorted(owners, owners)
        np.add.at(three, owners[rank < BEST], each[order][rank < BEST] / BEST)
        first = rank == 0
        single[owners[first]], nearest[owners[first]] = each[order][first], order[first]
        return single, three, nearest


def _unit(rows: Rows) -> Rows:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
