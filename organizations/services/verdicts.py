"""One organization's verdict on one exact revision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.moves import NotAllowed, Stale
from organizations.models import Approval, Organization
from organizations.permissions import can_approve_for
from organizations.standing import acts_as


def check_approves_for(by: Any, organization: Organization) -> None:
    """Raises NotAllowed for anyone but a secretary of this organization with the right to approve."""
    if not can_approve_for(by, organization):
        raise NotAllowed(
            _("Only the secretary of %(organization)s approves for %(organization)s.") % {"organization": organization}
        )


@transaction.atomic
def give_verdict(
    revision: models.Model,
    organization: Organization,
    by: Any,
    verdict: str = Approval.Verdict.APPROVED,
    *,
    note: str = "",
    for_absent_colleague: bool = False,
    is_current: bool = True,
    at: datetime | None = None,
) -> Any:
    """Writes the organization's verdict on `revision` (related name `approvals`) and returns it.

    The caller has updated the subject's row first (that is the lock) and says with `is_current` whether this is
    still the revision to approve. Raises NotAllowed for anyone but the organization's secretary with the right to
    approve, Stale for an older revision. A verdict replaces the organization's earlier one on the same revision."""
    check_approves_for(by, organization)
    if not is_current:
        raise Stale(_("There is a newer revision. Look at it before you approve."))
    approval, _created = revision.approvals.update_or_create(
        organization=organization,
        defaults={
            "verdict": verdict,
            "note": note,
            "by": by,
            "by_label": acts_as(by, organization.code)[:120],
            "for_absent_colleague": for_absent_colleague,
            "at": at or timezone.now(),
        },
    )
    return approval
