"""What came of a proposal: linked, and a wrong link removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.history import record
from core.moves import AlreadyDone, Refused
from organizations.models import Committee
from proposals.models import Proposal, Sequel
from proposals.services.record import check_act, moment_of

Kind = Sequel.Kind


@transaction.atomic
def link_sequel(
    proposal: Proposal,
    by: Any,
    *,
    kind: str,
    committee: Committee | None = None,
    other: Proposal | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Sequel:
    """Says what came of a proposal: a new committee, work allocated to one, a merger with another proposal,
    rejection, or something else in words. The receiving organization's secretary does; the same twice is one."""
    check_act(proposal, "link", by)
    Proposal.objects.filter(pk=proposal.pk).update(version=F("version"))  # one at a time
    _check_target(proposal, kind, committee, other, note)
    values = {"kind": kind, "committee": committee, "other": other}
    same = proposal.sequels.filter(removed_at__isnull=True, **values)
    if (same if committee or other else same.filter(note=note)).exists():
        raise AlreadyDone(_("This has already been done."))
    sequel = proposal.sequels.create(**values, note=note, at=moment_of(at), by=by, by_label=str(by))
    text = _("linked what came of it: %(words)s") % {"words": sequel.in_words}
    record(proposal, "link", by, text, after={"kind": kind, "note": note}, at=at)
    if other:
        facts = {"reference": proposal.reference}
        record(other, "link", by, _("%(reference)s was merged with this proposal") % facts, at=at)
    return sequel


def _check_target(proposal: Proposal, kind: str, committee: Any, other: Any, note: str) -> None:
    if kind not in Kind.values:
        raise Refused(_("Choose what came of it."))
    if (committee is not None) and kind not in (Kind.NEW_COMMITTEE, Kind.ALLOCATED):
        raise Refused(_("A committee belongs to “New committee” or “Allocated to a committee”."))
    if (other is not None) != (kind == Kind.MERGED):
        raise Refused(_("Name the other proposal if it was merged with one, and only then."))
    if other is not None and other.pk == proposal.pk:
        raise Refused(_("A proposal cannot be merged with itself."))
    if kind == Kind.ALLOCATED and committee is None:
        raise Refused(_("Name the committee to which the work was allocated."))
    if committee is None and other is None and kind in (Kind.NEW_COMMITTEE, Kind.OTHER) and not note:
        raise Refused(_("Say in words what came of it."))


@transaction.atomic
def unlink_sequel(sequel: Sequel, by: Any, *, at: datetime | None = None) -> Sequel:
    """Removes a wrong link; it is kept, and the history says who removed it."""
    check_act(sequel.proposal, "unlink", by)
    if not Sequel.objects.filter(pk=sequel.pk, removed_at__isnull=True).update(removed_at=moment_of(at)):
        raise AlreadyDone(_("This has already been done."))
    text = _("removed what had been linked: %(words)s") % {"words": sequel.in_words}
    record(sequel.proposal, "unlink", by, text, before={"kind": sequel.kind, "note": sequel.note}, at=at)
    if sequel.other:
        facts = {"reference": sequel.proposal.reference}
        record(sequel.other, "unlink", by, _("%(reference)s is no longer merged with this proposal") % facts, at=at)
    sequel.refresh_from_db()
    return sequel
