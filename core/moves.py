"""Moves: every change of state is declared in a room's workflow and made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _


class Refused(Exception):
    """A request that the rules do not allow; its text tells the reader why and what to do."""


class NotAllowed(Refused):
    """This person may not do this; says whom to ask."""


class WrongState(Refused):
    """The record is not in a state from which this move starts."""


class AlreadyDone(WrongState):
    """The move has been made already: a double click, a reload or a colleague. Views show the result."""


class Stale(Refused):
    """Somebody was faster by an instant; nothing was changed."""


class Conflict(Refused):
    """Somebody saved the record after this form was opened. `current` is what stands now."""

    def __init__(self, current: models.Model):
        super().__init__(_("Somebody changed this while you were writing. Your text is kept below."))
        self.current = current


@dataclass(frozen=True)
class Move:
    """`who(user, obj)` may take an object from one of `sources` to `to`; `name` is also the URL, the
    permission's verb, the history action and the button."""

    name: str
    label: Any
    sources: tuple[str, ...]
    to: str
    who: Callable[[Any, Any], bool]


def table(*moves: Move) -> dict[str, Move]:
    """A room's moves by name, in the order in which a record usually takes them."""
    return {move.name: move for move in moves}


def check(obj: models.Model, move: Move, by: Any) -> None:
    """Raises NotAllowed for the wrong person, AlreadyDone or WrongState for the wrong state, in this order."""
    if not move.who(by, obj):
        raise NotAllowed(_("Your role does not allow this here. Ask the secretary of the organization concerned."))
    if obj.state not in move.sources:
        done = obj.state == move.to
        error = AlreadyDone if done else WrongState
        raise error(
            _("This has already been done.")
            if done
            else _("This is not possible in the state “%(state)s”.") % {"state": obj.get_state_display()}
        )


def make(obj: models.Model, move: Move, by: Any, **changes: Any) -> None:
    """Compare-and-swap of the state; raises what `check` raises, and Stale when another change won.

    Works alike on SQLite, where select_for_update locks nothing, and on PostgreSQL."""
    check(obj, move, by)
    if hasattr(obj, "version"):
        changes["version"] = F("version") + 1
    manager = type(obj)._base_manager
    if not manager.filter(pk=obj.pk, state=obj.state).update(state=move.to, **changes):
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again."))
    obj.refresh_from_db()


def save_version(obj: models.Model, version: int, **changes: Any) -> dict[str, tuple[Any, Any]]:
    """Writes `changes` if the record still has `version`; raises Conflict otherwise.
    Returns {field: (before, after)} of what really changed; an unchanged save writes nothing."""
    current = type(obj)._base_manager.get(pk=obj.pk)
    changed = {
        name: (getattr(current, name), value) for name, value in changes.items() if getattr(current, name) != value
    }
    if current.version != version:
        raise Conflict(current)
    if changed:
        values = {name: after for name, (_before, after) in changed.items()}
        rows = type(obj)._base_manager.filter(pk=obj.pk, version=version).update(version=F("version") + 1, **values)
        if not rows:
            raise Conflict(type(obj)._base_manager.get(pk=obj.pk))
    obj.refresh_from_db()
    return changed


def moves_open_to(user: Any, obj: models.Model, moves: Iterable[Move]) -> list[Move]:
    """The moves that this person may make now; pages draw their buttons from it."""
    return [move for move in moves if obj.state in move.sources and move.who(user, obj)]
