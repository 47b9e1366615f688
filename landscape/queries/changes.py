"""What changed between two revisions of an area, and since a reader's last visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.comparison import Line, compare_texts
from landscape.models import Area, AreaCommittee, AreaRevision, in_one_line
from landscape.queries.areas import WORDS, in_words


@dataclass(frozen=True)
class FactChange:
    """A fact that is not the same in two revisions: what went and what came."""

    label: str
    removed: list[str]
    added: list[str]


@dataclass(frozen=True)
class Comparison:
    """Two revisions of an area: the lines of the text, word by word, and the facts that changed."""

    before: AreaRevision
    after: AreaRevision
    lines: list[Line]
    facts: list[FactChange]

    @property
    def changed_lines(self) -> list[Line]:
        return [line for line in self.lines if any(change.kind != "same" for change in line)]

    @property
    def same(self) -> bool:
        return not self.changed_lines and not self.facts


def compare(before: AreaRevision, after: AreaRevision) -> Comparison:
    """What changed from one revision to another, text and facts."""
    return Comparison(before, after, compare_texts(before.text, after.text), list(_fact_changes(before, after)))


def _fact_changes(before: AreaRevision, after: AreaRevision) -> Iterable[FactChange]:
    for name, (_word, label) in WORDS.items():
        old, new = (_in_words(name, revision.facts.get(name)) for revision in (before, after))
        if old != new:
            removed, added = [item for item in old if item not in new], [item for item in new if item not in old]
            yield FactChange(str(label), removed, added)


def _in_words(name: str, value: Any) -> list[str]:
    if name == "committees":
        return [_committee(acronym, role) for acronym, role in value or ()]
    if name == "mechanisms":
        return [in_one_line(*item) for item in value or ()]
    if name == "owner":
        return [value or _("Not known")]
    if name == "documents":
        return list(value or ())
    return [value] if value else []


def _committee(acronym: str, role: str) -> str:
    if role == AreaCommittee.Role.UNKNOWN:
        return acronym
    return f"{acronym} ({AreaCommittee.Role(role).label.lower()})"


def changes_since(page: Iterable[Area], since: datetime | None) -> dict[int, str]:
    """What has changed in each area since that moment, in words: "new area", "3 paragraphs changed". One query."""
    changed = [area for area in page if since and area.changed_at > since]
    if not changed:
        return {}
    words = {area.pk: _("new area") for area in changed if area.added_at > since}
    revisions: dict[int, list[AreaRevision]] = defaultdict(list)
    for revision in AreaRevision.objects.filter(subject__in=[area.pk for area in changed]).order_by("number"):
        revisions[revision.subject_id].append(revision)
    for key in set(revisions) - set(words):
        before = [item for item in revisions[key] if item.at <= since]
        words[key] = difference_in_words(before[-1], revisions[key][-1]) if before else _("changed")
    return words


def difference_in_words(before: AreaRevision, after: AreaRevision) -> str:
    """ "3 paragraphs changed", or what else changed; empty if nothing did."""
    lines = compare_texts(before.text, after.text)
    count = sum(any(change.kind != "same" for change in line) for line in lines)
    if count:
        return ngettext("%(n)d paragraph changed", "%(n)d paragraphs changed", count) % {"n": count}
    facts = [name for name, value in after.facts.items() if before.facts.get(name) != value]
    return _("%(what)s changed") % {"what": in_words(facts)} if facts else ""
