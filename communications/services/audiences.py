"""Audiences kept under a name, by secretaries with the right to write."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import SavedAudience
from communications.permissions import can_draft
from core.moves import NotAllowed, Refused, save_version
from organizations.models import Committee, Organization


def _check(by: Any) -> None:
    if not can_draft(by):
        raise NotAllowed(_("Secretaries with the right to write keep audiences. Ask yours."))


@transaction.atomic
def save_audience(by: Any, *, token: uuid.UUID | None = None, name: str, **values: Any) -> SavedAudience:
    """Keeps an audience under a name; the same token again is the audience that was kept. Raises Refused for a name
    that another has, NotAllowed without the right to write."""
    _check(by)
    organizations, committees = values.pop("organizations"), values.pop("committees", [])
    token = token or uuid.uuid4()
    if found := SavedAudience.objects.filter(token=token).first():
        return found
    try:
        with transaction.atomic():
            audience = SavedAudience.objects.create(token=token, name=name, saved_label=str(by), **values)
    except IntegrityError:
        raise Refused(_("Another audience has this name.")) from None
    return _point(audience, organizations, committees)


@transaction.atomic
def edit_audience(audience: SavedAudience, by: Any, version: int, **values: Any) -> SavedAudience:
    """Changes a saved audience; letters that began with it keep their own. Raises Conflict when somebody saved in
    between, Refused for a name that another has."""
    _check(by)
    organizations, committees = values.pop("organizations"), values.pop("committees", [])
    try:
        with transaction.atomic():
            save_version(audience, version, saved_label=str(by), saved_at=timezone.now(), **values)
    except IntegrityError:
        raise Refused(_("Another audience has this name.")) from None
    return _point(audience, organizations, committees)


def _point(
    audience: SavedAudience, organizations: Iterable[Organization], committees: Iterable[Committee]
) -> SavedAudience:
    audience.organizations.set(organizations)
    audience.committees.set(committees)
    return audience


@transaction.atomic
def remove_audience(audience: SavedAudience, by: Any) -> None:
    """Removes a saved audience; no letter changes."""
    _check(by)
    audience.delete()
