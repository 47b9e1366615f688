"""Comments in a capacity, for every room."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.moves import NotAllowed, Refused
from organizations.models import Committee, Remark
from organizations.permissions import can_comment
from organizations.queries import standing_of
from organizations.standing import acts_as


@transaction.atomic
def add_remark(
    subject: models.Model,
    by: Any,
    text: str,
    *,
    committee: Committee | None = None,
    parent: Remark | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> tuple[Any, bool]:
    """Adds a remark for the person's organization, or on behalf of one of its committees, and says whether it is new:
    the same words of the same person with the same token again return the first one. Other words, as on a page that
    the browser brought back, are another remark. Raises NotAllowed for readers, Refused for a foreign committee."""
    if not can_comment(by):
        raise NotAllowed(_("Members and secretaries comment. Ask the secretary of your organization."))
    organization = standing_of(by).organization
    if committee and organization not in committee.organizations.all():
        raise Refused(_("You comment for your own organization and its committees."))
    return subject.remarks.get_or_create(
        token=_token_for(subject, by, text, token),
        defaults={
            "subject": subject,
            "author": by,
            "author_label": acts_as(by)[:120],
            "organization": organization,
            "committee": committee,
            "parent": parent.parent or parent if parent else None,
            "text": text,
            "at": at or timezone.now(),
            **fields,
        },
    )


def _token_for(subject: models.Model, by: Any, text: str, token: uuid.UUID | None) -> uuid.UUID:
    known = subject.remarks.model.objects.filter(token=token).first() if token else None
    same = known and (known.subject_id, known.author_id, known.text) == (subject.pk, by.pk, text)
    return uuid.uuid4() if token is None or known and not same else token


@transaction.atomic
def resolve_remark(remark: Remark, by: Any, resolution: str = "", *, at: datetime | None = None) -> None:
    """Marks a remark as resolved, with a word how; twice changes nothing."""
    if not can_comment(by):
        raise NotAllowed(_("Members and secretaries resolve comments."))
    type(remark).objects.filter(pk=remark.pk, resolved_at__isnull=True).update(
        resolved_at=at or timezone.now(), resolved_label=str(by), resolution=resolution
    )
    remark.refresh_from_db()


@transaction.atomic
def reopen_remark(remark: Remark, by: Any) -> None:
    """Takes the resolution back; twice changes nothing."""
    if not can_comment(by):
        raise NotAllowed(_("Members and secretaries reopen comments."))
    type(remark).objects.filter(pk=remark.pk).update(resolved_at=None, resolved_label="", resolution="")
    remark.refresh_from_db()
