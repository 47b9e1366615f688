"""History: every service writes one line about what it did, in its own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from core import registry


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return str(o) if isinstance(o, Promise | models.Model) else super().default(o)


def _plain(values: dict[str, Any] | None) -> Any:
    import json

    return None if values is None else json.loads(json.dumps(values, cls=_Encoder))


def record(
    subject: models.Model,
    action: str,
    by: Any,
    text: str,
    *,
    organization: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> models.Model:
    """Appends one entry to the subject's history; `action` must be in the room's closed vocabulary.

    Raises ValueError for an action outside it. `by` None means the portal itself."""
    entry = subject.history.model
    if action not in entry.Action.values:
        raise ValueError(f"{action} is not an action of {entry.__name__}")
    return entry.objects.create(
        subject=subject,
        action=action,
        actor=by,
        actor_label=_label_of(by, organization),
        organization=organization,
        text=str(text),
        before=_plain(before),
        after=_plain(after),
        at=at or timezone.now(),
    )


def _label_of(by: Any, organization: str) -> str:
    """Who acted, in words: the role name, and for whom when it is a substitute's act."""
    return (registry.first("acts_as", by, organization) or str(by))[:120] if by else "SPCG portal"


def record_changes(
    subject: models.Model, action: str, by: Any, text: str, changed: dict[str, tuple[Any, Any]], **more: Any
) -> models.Model | None:
    """Appends an entry with before and after of each changed field; nothing changed, nothing written."""
    if not changed:
        return None
    before = {name: old for name, (old, _new) in changed.items()}
    after = {name: new for name, (_old, new) in changed.items()}
    return record(subject, action, by, text, before=before, after=after, **more)
