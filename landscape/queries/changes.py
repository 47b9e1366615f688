"""What changed between two revisions of an area, and since a reader's last visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.registry import News
from documents.comparison import Line, compare_texts
from landscape.models import Area, AreaCommittee, AreaRemark, AreaRevision, in_one_line
from landscape.permissions import can_read
from landscape.queries.areas import WORDS, areas_visible_to, in_words

MOST_TOLD = 20


@dataclass(frozen=True)
class FactChange:
    """A fact that is not the same in two revisions: what went and what came."""

    label: str
    removed: list[str]
    added: list[str]
    name: str = ""


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
    return Comparison(
        before, after, compare_texts(before.text, after.text), list(fact_changes(before.facts, after.facts))
    )


def fact_changes(before: dict[str, Any], after: dict[str, Any]) -> Iterable[FactChange]:
    """The facts of two revisions that are not the same, in words."""
    for name, (_word, label) in WORDS.items():
        old, new = (_in_words(name, facts.get(name)) for facts in (before, after))
        if old != new:
            removed, added = [item for item in old if item not in new], [item for item in new if item not in old]
            yield FactChange(str(label), removed, added, name)


def _in_words(name: str, value: Any) -> list[str]:
    if name == "committees":
        return [committee_in_words(acronym, role) for acronym, role in value or ()]
    if name == "mechanisms":
        return [in_one_line(*item) for item in value or ()]
    if name == "owner":
        return [value or _("Not known")]
    if name == "documents":
        return list(value or ())
    return [value] if value else []


def committee_in_words(acronym: str, role: str) -> str:
    """ISO/TC 268 (leads); a role that is not known is left out."""
    if role == AreaCommittee.Role.UNKNOWN:
        return acronym
    return f"{acronym} ({AreaCommittee.Role(role).label.lower()})"


def changes_in(page: Iterable[Area], since: datetime | None) -> dict[int, str]:
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


@dataclass(frozen=True)
class AreaNews:
    """What is new in one area: what changed, in words, and how many comments of others came."""

    area: Area
    change: str
    comments: int

    @property
    def url(self) -> str:
        return f"{self.area.get_absolute_url()}#{'changes' if self.change else 'comments'}"

    @property
    def in_words(self) -> str:
        """3 paragraphs changed, 2 new comments."""
        said = ngettext("%(n)d new comment", "%(n)d new comments", self.comments) % {"n": self.comments}
        parts = (self.change, said if self.comments else "", self.area.illustrative_mark)
        return ", ".join(str(part) for part in parts if part)


def changes_since(user: Any, when: datetime | None) -> list[AreaNews]:
    """The areas in which something is new to this reader since then, in the order of the landscape: what changed and
    the number of comments of others. For the mail that sums up; three queries, whatever the number of areas."""
    if when is None or not can_read(user):
        return []
    remarks = AreaRemark.objects.filter(at__gt=when).exclude(author=user.pk).order_by()
    comments = dict(remarks.values("subject").annotate(n=Count("pk")).values_list("subject", "n"))
    rows = areas_visible_to(user)
    found = list(rows.filter(changed_at__gt=when) | rows.filter(pk__in=list(comments)))
    changes = changes_in(found, when)
    news = [AreaNews(area, changes.get(area.pk, ""), comments.get(area.pk, 0)) for area in found]
    return [item for item in news if item.change or item.comments]


def news(user: Any, when: datetime | None) -> list[News]:
    """The areas in which something is new to this reader since then, for the mail of the morning: of a long list the
    first MOST_TOLD, and how many more there are."""
    found = changes_since(user, when)
    told = [News(str(item.area), item.in_words, item.url) for item in found[:MOST_TOLD]]
    if more := len(found) - len(told):
        title = ngettext("%(n)d more area of the landscape", "%(n)d more areas of the landscape", more) % {"n": more}
        told.append(News(title, _("The list shows what changed since your last visit."), reverse("landscape:list")))
    return told


def latest_change(area: Area, since: datetime | None) -> tuple[AreaRevision, Comparison | None, bool]:
    """The revision that stands, and what a reader wants to see compared: the revision of the last visit with it, if
    it has changed since; else the last two revisions. Says which of both; None where there is one revision only."""
    newest, *earlier = area.revisions.order_by("-number")[:2]
    seen = area.revisions.filter(at__lte=since).order_by("-number").first() if since and newest.at > since else None
    if seen and seen.number < newest.number:
        return newest, compare(seen, newest), True
    return (newest, compare(earlier[0], newest), False) if earlier else (newest, None, False)
