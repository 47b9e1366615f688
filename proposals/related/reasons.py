"""Why a committee is suggested, in words that can be checked: nothing is said that the knowledge does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from proposals.related.knowledge import Answered
from proposals.related.ranking import FEEDBACK, LINKS, WEIGHTS, Index, Scores
from proposals.related.words import stem, stems_of, words_of

SAID = 3
NAMED = 3
# A sign this weak beside the strongest is not worth a sentence.
FAINT = 0.06


@dataclass(frozen=True)
class Suggestion:
    """A committee, how likely its work is touched (0 to 1, 1 for the likeliest), and why."""

    acronym: str
    score: float
    reason: str


def suggest(
    index: Index,
    title: str,
    scope: str,
    limit: int = 20,
    public: bool = False,
    answers: Iterable[Answered] = (),
    each: int = 0,
) -> list[Suggestion]:
    """The likeliest committees first, at most `limit`, and after them as many of every organization as bring it to
    `each`; none when nothing that is known touches the text. In public neither the areas of the landscape nor what
    committees answered to earlier proposals takes part."""
    if not index.names:
        return []
    scores, parts = index.scores(title, scope, public, answers)
    asked = Question(index, f"{title} {scope}")
    order = [int(n) for n in np.argsort(-scores, kind="stable") if scores[n] > 0]
    best = order[: max(limit, 0)]
    best += [n for n in _best_of_each(index, order, each) if n not in best]
    return [Suggestion(index.names[n], round(float(scores[n]), 3), reason_for(index, asked, parts, n)) for n in best]


def _best_of_each(index: Index, order: list[int], count: int) -> list[int]:
    """The first of every organization, in the order of all; a joint committee belongs to two."""
    taken: Counter[str] = Counter()
    found = []
    for n in order if count else []:
        bodies = index.knowledge.committees[n].bodies
        if any(taken[body] < count for body in bodies):
            found.append(n)
            taken.update(bodies)
    return found


class Question:
    """The words of a text, alone and in pairs, the rarest first."""

    def __init__(self, index: Index, text: str):
        words = words_of(text)
        self.shown: dict[tuple[str, ...], str] = {}
        for first, second in zip(words, words[1:], strict=False):
            if stem(first) != stem(second) and f"{first} {second}" in text.lower():
                self.shown.setdefault((stem(first), stem(second)), f"{first} {second}")
        for word in words:
            self.shown.setdefault((stem(word),), word)
        self.weight = {key: sum(index.rarity(word) for word in key) for key in self.shown}

    def shared_with(self, stems: list[str]) -> list[str]:
        """What the text shares with another, the most telling first; no word that stands in a named pair."""
        there = {(word,) for word in stems} | set(zip(stems, stems[1:], strict=False))
        found, used = [], set()
        for key in sorted(set(self.shown) & there, key=lambda key: (-self.weight[key], key)):
            if not used & set(key):
                found.append(self.shown[key])
                used |= set(key)
        return found[:NAMED]


def reason_for(index: Index, asked: Question, parts: dict[str, Scores], n: int) -> str:
    """Up to three reasons, the weightiest first, as one sentence."""
    sayings: dict[str, Callable[[], str]] = {
        "scope": lambda: _scope(index, asked, n),
        "publications": lambda: _published(index, asked, parts, n),
        "area": lambda: _area(index, asked, n),
        "feedback": lambda: _("wanted a part in %(proposal)s") % {"proposal": parts["because"][n]},
        **{kind: (lambda kind=kind: _link(index, parts["own"], kind, n)) for kind in LINKS},
    }
    counts = {**WEIGHTS, **index.weights, "feedback": FEEDBACK}
    weight = {name: counts[name] * parts[name][n] for name in sayings}
    order = sorted(sayings, key=lambda name: -weight[name])
    said = [text for name in order if weight[name] > FAINT and (text := sayings[name]())]
    if not said:
        said = [text for name in order if weight[name] > 0 and (text := sayings[name]())]
    said = said or [_("its published work uses similar words")]
    text = "; ".join(said[:SAID])
    return text[0].upper() + text[1:] + "."


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _scope(index: Index, asked: Question, n: int) -> str:
    known = index.knowledge.committees[n]
    shared = asked.shared_with(stems_of(known.scope))
    if shared:
        return _("scope names %(words)s") % {"words": _quoted(shared)}
    shared = asked.shared_with(stems_of(known.title))
    if shared:
        return _("title names %(words)s") % {"words": _quoted(shared)}
    return _("scope or title means something similar") if index.close else ""


def _published(index: Index, asked: Question, parts: dict[str, Scores], n: int) -> str:
    own = np.flatnonzero(index.owners == n)
    rows = [(index.published[m], asked.shared_with(index.titles[m])) for m in own]
    rows = [row for row in rows if row[1]]
    if not rows:
        return _published_alike(index, parts, n)
    telling = {text: asked.weight[key] for key, text in asked.shown.items()}
    item, words = max(rows, key=lambda row: sum(telling[word] for word in row[1]))
    others = len({row[0].reference for row in rows if words[0] in row[1]} - {item.reference})
    facts = {"reference": item.reference, "words": _quoted(words), "count": others, "first": words[0]}
    if not others:
        return _("published %(reference)s on %(words)s") % facts
    return _("published %(reference)s on %(words)s, and %(count)d more on “%(first)s”") % facts


def _published_alike(index: Index, parts: dict[str, Scores], n: int) -> str:
    nearest = int(parts["nearest"][n]) if "nearest" in parts else -1
    if nearest < 0:
        return ""
    item = index.published[nearest]
    return _("published %(reference)s on “%(title)s”") % {"reference": item.reference, "title": item.title}


def _area(index: Index, asked: Question, n: int) -> str:
    name = index.names[n]
    words = [word for key in asked.shown for word in key]
    scores = index.by_subject.scores(words)
    mine = [(scores[m], item.name) for m, item in enumerate(index.knowledge.subjects) if name in item.committees]
    best = max(mine, default=(0, ""))
    return _("area “%(name)s” of the landscape") % {"name": best[1]} if best[0] > 0 else ""


def _link(index: Index, own: Scores, kind: str, n: int) -> str:
    strength = index.links[kind][n] * own
    if not strength.any():
        return ""
    other = index.names[int(strength.argmax())]
    if kind == "twin":
        twin = next(item for item in index.knowledge.twins if {item.first, item.second} == {index.names[n], other})
        return _("twin text with %(other)s (%(reference)s)") % {"other": other, "reference": twin.reference}
    sentences = {
        "child": _("parent of %(other)s"),
        "parent": _("belongs to %(other)s"),
        "named": _("named in the scope of %(other)s"),
        "near": _("works on similar subjects as %(other)s"),
    }
    return sentences[kind] % {"other": other}
