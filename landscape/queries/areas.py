"""Named reads of areas, their revisions, comments and history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.dates import moment
from core.markdown import REFERENCE
from core.models import User
from documents.models import Revision
from documents.queries import revisions_visible_to
from landscape.models import Area, AreaCommittee, AreaEntry, AreaRemark, AreaRevision, PriorityRound
from landscape.permissions import can_read
from organizations.queries import everybody, secretaries

A = AreaEntry.Action
# What a revision keeps of an area: in a sentence, and as a label.
WORDS = {
    "name": (_("the name"), _("Name")),
    "text": (_("the text"), _("Text")),
    "owner": (_("the organization that keeps it"), _("Kept by")),
    "source": (_("the source"), _("Source")),
    "committees": (_("the committees"), _("Committees")),
    "mechanisms": (_("the mechanisms"), _("Mechanisms")),
    "documents": (_("the documents"), _("Documents")),
}


def areas() -> QuerySet[Area]:
    """The open areas in the order of the landscape."""
    return Area.objects.filter(state=Area.State.OPEN).select_related("owner")


def open_areas(keys: Sequence[int]) -> list[Area]:
    """The open areas of these keys, in their order."""
    found = areas().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def areas_visible_to(user: Any) -> QuerySet[Area]:
    """All areas, closed ones too, for everybody with an appointment; none for others."""
    rows = Area.objects.select_related("owner")
    return rows if can_read(user) else rows.none()


def areas_changed_between(start: date, end: date) -> dict[str, int]:
    """What the landscape recorded in the period, both days included: areas added, changed and closed, comments
    made, rounds closed. An area that was added in the period does not count as changed too."""
    period = {"at__gte": moment(start, time.min), "at__lt": moment(end + timedelta(days=1), time.min)}
    entries = AreaEntry.objects.filter(**period)
    added = set(entries.filter(action=A.ADD).values_list("subject", flat=True))
    # A revision, whoever wrote it: an edit, a suggestion that was accepted, a file that was imported.
    changed = set(AreaRevision.objects.filter(**period, number__gt=1).values_list("subject", flat=True))
    return {
        "added": len(added),
        "changed": len(changed - added),
        "closed": entries.filter(action=A.CLOSE).values("subject").distinct().count(),
        "comments": AreaRemark.objects.filter(**period).count(),
        "rounds": PriorityRound.objects.filter(
            state=PriorityRound.State.CLOSED, closed_at__gte=period["at__gte"], closed_at__lt=period["at__lt"]
        ).count(),
    }


def register_revision() -> int:
    """The number of the living document's present state: every save of any area counts one."""
    return AreaRevision.objects.count()


def newest_revision(area: Area) -> AreaRevision:
    """The revision that stands now."""
    return area.revisions.order_by("-number").first()


def in_words(changed: Iterable[str]) -> str:
    """the text, the committees: what a save changed, in the order of a record."""
    wanted = set(changed)
    return ", ".join(str(word) for name, (word, _label) in WORDS.items() if name in wanted)


def threads(area: Area) -> QuerySet[AreaRemark]:
    """The comments that are no replies, oldest first, each with its replies; constant queries."""
    said = AreaRemark.objects.select_related("organization", "committee", "revision").order_by("at", "pk")
    said = said.defer("committee__scope", "revision__text", "revision__facts")
    return said.filter(subject=area, parent=None).prefetch_related(Prefetch("replies", queryset=said))


def committees_of(area: Area) -> list[AreaCommittee]:
    """The area's committees: those of ISO, of IEC, of ITU-T, then joint ones."""
    rows = area.committees.select_related("committee").prefetch_related("committee__organizations")
    places = {row.pk: [item.position for item in row.committee.organizations.all()] for row in rows}
    return sorted(rows, key=lambda row: (len(places[row.pk]), places[row.pk]))


def documents_of(area: Area, user: Any) -> list[Revision]:
    """The documents of the area that this reader may see, in the order of the register."""
    rows = revisions_visible_to(user).filter(pk__in=area.documents.values("revision"))
    return sorted(rows, key=lambda item: (item.document.number or 0, item.position))


def watchers(area: Area) -> list[User]:
    """Who is told about an area: those who commented on it or edited it, and the secretaries of its owner."""
    known = set(area.remarks.values_list("author", flat=True)) | set(area.revisions.values_list("author", flat=True))
    told = [person for person in everybody() if person.pk in known]
    if area.owner_id:
        told += secretaries(area.owner)
    return list({person.pk: person for person in told}.values())


def recent_entries(user: Any, area: Area | None = None) -> QuerySet[AreaEntry]:
    """History of the areas, or of one, newest first. That somebody scored stays out: nine members times forty areas
    would bury the rest."""
    rows = AreaEntry.objects.exclude(action=A.SCORE).select_related("subject")
    rows = rows.filter(subject=area) if area else rows
    return rows if can_read(user) else rows.none()


def area_named(reference: str) -> Area | None:
    """The area that a meeting's outcome names: “area” and its name or slug, or the name alone."""
    name = " ".join(reference.split())
    short = name[5:] if name.lower().startswith("area ") else name
    return Area.objects.filter(Q(name__iexact=name) | Q(name__iexact=short) | Q(slug=short.lower())).first()


def resolve(reference: str, user: Any) -> str | None:
    """The address of “landscape”, or of the area that a meeting's outcome names, for whoever reads."""
    if not can_read(user) or REFERENCE.fullmatch(reference.strip()):
        return None
    if reference.strip().lower() == "landscape":
        return reverse("landscape:list")
    area = area_named(reference)
    return area.get_absolute_url() if area else None
