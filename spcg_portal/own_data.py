"""What the portal knows about one person: found through every field that points at an account, so that a record which
a room adds tomorrow is told without anybody thinking of it; and what a room knows by the address alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import registry
from core.models import Entry, User
from core.tables import Column

# What opens something, or is of use to nobody but the machine: never shown, also not to its owner.
SECRET = frozenset({"password", "token", "digest", "sheet", "session_key", "data_hash", "seed", "words", "tokens"})
FOREIGN = (Authenticator, SocialAccount, UserSession)
HIDDEN = {Authenticator: {"data"}, UserSession: {"data"}, SocialAccount: set()}
SIGN_IN = gettext_lazy("Sign-in")
ROOM_NAMES = {
    "core": gettext_lazy("Account"),
    "post": gettext_lazy("Post office"),
    **dict.fromkeys((model._meta.app_label for model in FOREIGN), SIGN_IN),
}
COLUMNS = [
    Column("Room", 20), Column("Kind", 28), Column("Record", 10), Column("Field", 24), Column("Value", 80),
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """The records of one kind that are about a person, or by the person."""

    room: str
    name: str
    rows: models.QuerySet
    fields: tuple[str, ...]

    @property
    def room_name(self) -> str:
        """The room as readers know it."""
        return str(ROOM_NAMES.get(self.room) or apps.get_app_config(self.room).verbose_name)

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record with the fields that may be told."""
        return self.rows.values(*self.fields).iterator(1000)


def models_about_people() -> dict[type[models.Model], list[str]]:
    """Every model with a field that points at an account, and the names of these fields."""
    found = {}
    for model in (*_own_models(), *FOREIGN):
        names = [
            field.name
            for field in model._meta.concrete_fields
            if field.remote_field and field.remote_field.model is User and not field.primary_key
        ]
        if names:
            found[model] = names
    return found


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in settings.ROOMS.split()]


def _told(model: type[models.Model]) -> tuple[str, ...]:
    left_out = SECRET | HIDDEN.get(model, set())
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in left_out)


def _name_of(model: type[models.Model]) -> str:
    """A history is named after the records whose history it is."""
    if not issubclass(model, Entry):
        return capfirst(str(model._meta.verbose_name_plural))
    subject = model._meta.get_field("subject").related_model
    return _("History of %(records)s") % {"records": subject._meta.verbose_name_plural}


def known_about(user: User) -> list[Kind]:
    """The kinds of records in which the person stands, room by room; none of another person's secrets."""
    account = Kind("core", capfirst(str(User._meta.verbose_name)), User.objects.filter(pk=user.pk), _told(User))
    kinds = [account]
    for model, names in models_about_people().items():
        rows = model._base_manager.filter(Q(*((name, user) for name in names), _connector=Q.OR)).order_by("pk")
        kinds.append(Kind(model._meta.app_label, _name_of(model), rows, _told(model)))
    by_address = [
        Kind(rows.model._meta.app_label, _name_of(rows.model), rows, _told(rows.model))
        for rows in registry.every("personal", user)
    ]
    return kinds + by_address


def as_json(user: User) -> dict[str, Any]:
    """Everything, by room and kind."""
    found: dict[str, Any] = {}
    for kind in known_about(user):
        found.setdefault(kind.room, {}).setdefault(kind.name, []).extend(kind.records())
    return {room: {name: rows for name, rows in kinds.items() if rows} for room, kinds in found.items()}


def as_rows(user: User) -> Iterator[tuple[Any, ...]]:
    """The same as lines of a table, one for each field that holds something."""
    for kind in known_about(user):
        for record in kind.records():
            for name, value in record.items():
                if value not in (None, "", [], {}):
                    yield kind.room, kind.name, record.get("id", ""), name, str(value)
