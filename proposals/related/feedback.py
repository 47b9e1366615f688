"""What committees answered to earlier proposals, as light evidence for a text that is like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from proposals.related.encoder import Rows
from proposals.related.knowledge import Answered
from proposals.related.vectors import Vectors
from proposals.related.words import stems_of

# From here on two proposals are alike.
ALIKE = 0.4


def felt(
    text: str, answers: Sequence[Answered], place: Mapping[str, int], vectors: Vectors | None, asked: Rows | None
) -> tuple[Rows, Rows]:
    """Per committee from -1 to 1: the answers to earlier proposals, each as far as its proposal is like the text; and
    the proposal that speaks for it most, or an empty text."""
    total, because, most = np.zeros(len(place)), np.full(len(place), "", dtype=object), np.zeros(len(place))
    texts = list(dict.fromkeys(row.text for row in answers))
    if not texts:
        return total, because
    alike = _by_meaning(texts, vectors, asked) if vectors and asked is not None else _by_words(texts, text)
    near = dict(zip(texts, np.clip((alike - ALIKE) / (1 - ALIKE), 0, 1), strict=True))
    for row in answers:
        n, gain = place[row.acronym], row.weight * near[row.text]
        total[n] += gain
        if gain > most[n]:
            most[n], because[n] = gain, row.proposal
    return np.clip(total, -1, 1), because


def _by_meaning(texts: Sequence[str], vectors: Vectors, asked: Rows) -> Rows:
    return vectors.rows(texts) @ asked[0]


def _by_words(texts: Sequence[str], text: str) -> Rows:
    """The share of words that two texts have in common, by the measure of the angle between them."""
    wanted = set(stems_of(text))
    each = [set(stems_of(other)) for other in texts]
    return np.array([len(wanted & words) / max((len(wanted) * len(words)) ** 0.5, 1) for words in each])
