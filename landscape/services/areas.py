"""The writers of the areas: every save is a revision, and no edit is overwritten unseen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.history import record
from core.moves import NotAllowed, Refused, WrongState, make, save_version
from core.search import index
from documents.models import Revision
from landscape.models import Area, AreaRevision
from landscape.permissions import can_add, can_edit, can_restore
from landscape.queries import in_words, newest_revision, watchers
from landscape.services.facts import ROWS, Committees, Mechanisms, changes_of, facts_of, plain, set_rows
from landscape.workflow import AREA_MOVES
from organizations.models import Organization
from post.services.notices import notify

# Words of the room's own addresses, which no area may take.
RESERVED = {"new", "map", "ranking", "history", "export", "rounds", "confirm", "baselines", "import"}


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the landscape. Ask the secretary of your organization."))


@transaction.atomic
def add_area(
    by: Any,
    *,
    name: str,
    text: str,
    owner: Organization | None = None,
    committees: Committees = (),
    mechanisms: Mechanisms = (),
    documents: Iterable[Revision] = (),
    source: str = "",
    illustrative: bool = False,
    illustrative_note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Area:
    """Adds an area at the end of the landscape, with its first revision. `mechanisms` are a kind and a detail,
    with two committees of the area if it works between these alone.

    The same token again returns what was added the first time. Raises Refused if the name is taken."""
    _refuse(can_add(by) or at is not None)
    known = Area.objects.filter(token=token).first() if token else None
    if known:
        return known
    moment = at or timezone.now()
    values = {"name": name, "text": text, "owner": owner, "source": source}
    marks = {"illustrative": illustrative, "illustrative_note": illustrative_note}
    area, created = _create_area(
        {**values, **marks, "token": token or uuid.uuid4(), "added_at": moment, "changed_at": moment}
    )
    if not created:
        return area
    set_rows(area, {"committees": committees, "mechanisms": mechanisms, "documents": documents})
    _add_revision(area, by, _("First text"), at)
    record(area, "add", by, _("added the area"), at=at)
    index_area(area)
    return area


def _create_area(values: dict[str, Any]) -> tuple[Area, bool]:
    """The unique name, slug and token decide between two who add at one instant; says whether the area is new."""
    # The first click of the same form may have been written an instant ago; it is no other area.
    _refuse_taken(values["name"], Area.objects.filter(token=values["token"]).first())
    position = (Area.objects.aggregate(n=Max("position"))["n"] or 0) + 1
    try:
        with transaction.atomic():
            return Area.objects.create(slug=_free_slug(values["name"]), position=position, **values), True
    except IntegrityError:
        known = Area.objects.filter(token=values["token"]).first()
        if known:
            return known, False
        raise Refused(_("Somebody has just added an area of this name.")) from None


def _refuse_taken(name: str, area: Area | None = None) -> None:
    if Area.objects.filter(name__iexact=name).exclude(pk=area.pk if area else None).exists():
        raise Refused(_("There is an area of this name already."))


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70].strip("-") or "area"
    taken = RESERVED | set(Area.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, 1000) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


def _add_revision(area: Area, by: Any, reason: str, at: datetime | None) -> AreaRevision:
    facts = facts_of(area)
    last = newest_revision(area)
    return AreaRevision.objects.create(
        subject=area,
        number=last.number + 1 if last else 1,
        text=facts.pop("text"),
        facts=facts,
        author=by,
        author_label=str(by) if by else "SPCG portal",
        reason=reason,
        at=at or timezone.now(),
    )


@transaction.atomic
def edit_area(
    area: Area, by: Any, version: int, *, reason: str = "", at: datetime | None = None, **changes: Any
) -> AreaRevision:
    """Saves what is named in `changes` (name, text, owner, source, committees, mechanisms, documents) as a new
    revision and returns it; a save that changes nothing, as a second click does, returns the one that stands.

    Raises Conflict when somebody saved after `version`; its `current` is the area as it stands."""
    _refuse(can_edit(by, area) or at is not None)
    return save_revision(area, by, version, "edit", changes, reason=reason, at=at)


@transaction.atomic
def restore_revision(
    area: Area, by: Any, version: int, revision: AreaRevision, *, reason: str = "", at: datetime | None = None
) -> AreaRevision:
    """Makes an earlier revision the newest one: its text, names, committees and mechanisms stand again, as a new
    revision, so that nothing of what came between is lost. Raises Conflict as `edit_area` does."""
    _refuse(can_restore(by, area) or at is not None)
    reason = reason or _("Revision %(number)d restored") % {"number": revision.number}
    return save_revision(area, by, version, "restore", changes_of(revision), reason=reason, at=at)


def save_revision(
    area: Area,
    by: Any,
    version: int,
    action: str,
    changes: dict[str, Any],
    *,
    reason: str,
    author: Any = None,
    said: str = "",
    at: datetime | None = None,
) -> AreaRevision:
    """The one way to a new revision, for the services of this room, which have checked the right: the words are its
    `author`'s, else those of `by`, whose act the history records, as `said` or as what changed."""
    current = Area.objects.select_related("owner").get(pk=area.pk)
    before = facts_of(current)
    changed = [name for name, value in plain(changes).items() if before[name] != value]
    if not changed:
        area.refresh_from_db()
        return newest_revision(area)
    if not current.is_open:
        raise WrongState(_("This area is closed. Open it again to change it."))
    if "name" in changed:
        _refuse_taken(changes["name"], area)
    fields = {name: changes[name] for name in changed if name not in ROWS}
    save_version(area, version, changed_at=at or timezone.now(), **fields)
    set_rows(area, {name: changes[name] for name in changed})
    revision = _add_revision(area, author or by, reason, at)
    _record_save(area, by, action, revision, before, changed, said, at)
    index_area(area)
    if action == "edit":
        _tell_edit(area, by, revision, changed, at)
    return revision


def _record_save(
    area: Area,
    by: Any,
    action: str,
    revision: AreaRevision,
    before: dict,
    changed: list[str],
    said: str,
    at: datetime | None,
) -> None:
    """The history keeps the changed facts; the texts themselves stand in the revisions."""
    facts = [name for name in changed if name != "text"]
    text = said or _("changed %(what)s (revision %(number)d)") % {"what": in_words(changed), "number": revision.number}
    record(
        area,
        action,
        by,
        f"{text}: {revision.reason}" if revision.reason and not said else text,
        before={"revision": revision.number - 1, **{name: before[name] for name in facts}},
        after={"revision": revision.number, **{name: revision.facts[name] for name in facts}},
        at=at,
    )


def _tell_edit(area: Area, by: Any, revision: AreaRevision, changed: list[str], at: datetime | None) -> None:
    words = {"by": by, "what": in_words(changed), "area": area.name}
    tell_of_change(area, by, _("%(by)s changed %(what)s of “%(area)s”.") % words, revision.reason, at=at)


def tell_of_change(
    area: Area, by: Any, lead: str, text: str, *, besides: int | None = None, at: datetime | None = None
) -> None:
    """Tells the watchers of an area that its text is another; never who did it, nor the account `besides`."""
    known = {getattr(by, "pk", None), besides}
    notify(
        [person for person in watchers(area) if person.pk not in known],
        kind="landscape",
        subject=_("Landscape: %(area)s changed") % {"area": area.name},
        lead=lead,
        text=text,
        reason=_("You commented on this area, edited it, or your organization keeps it."),
        url=f"{area.get_absolute_url()}#changes",
        action=_("Read the changes"),
        by=by,
        thread=f"landscape-{area.slug}",
        at=at,
    )


@transaction.atomic
def close_area(area: Area, by: Any, reason: str, *, at: datetime | None = None) -> None:
    """Closes an area, with the reason: it leaves the matrix and the scoring; its record and history stay."""
    make(area, AREA_MOVES["close"], by, changed_at=at or timezone.now())
    record(area, "close", by, _("closed the area: %(reason)s") % {"reason": reason}, at=at)
    index_area(area)


@transaction.atomic
def open_area_again(area: Area, by: Any, *, at: datetime | None = None) -> None:
    """Takes a closing back."""
    make(area, AREA_MOVES["open_again"], by, changed_at=at or timezone.now())
    record(area, "open_again", by, _("opened the area again"), at=at)
    index_area(area)


def index_area(area: Area) -> None:
    """One search row per area: its name, text and committees."""
    committees = " ".join(area.committees.values_list("committee__acronym", flat=True))
    index("area", area.pk, area.name, f"{area.text} {committees}", area.get_absolute_url())
