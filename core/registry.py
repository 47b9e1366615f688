"""What a room offers to those below and above it, filled when the room starts.

resolve(reference, user) -> url | None          a reference in a text becomes a link
attach_outcome(reference, outcome) -> bool      a meeting's outcome points at a record of a higher room, or no more
uses(revision) -> list[(label, url)]            where a registered document is used
waiting(user) -> list[Waiting]                  what waits on a person
news(user, since) -> list[News]                 what is new to a person since then, for the mail of the morning
touching(committees, user) -> list[(label, url)] what is under way in which these committees have a part
acts(record, user) -> list[(label, url)]        what a higher room lets a person begin on a record's page
settled(notifications, user) -> set[pk]         what a person was told and no longer needs to hear
duties(user) -> list[Duty]                      what this person, and not an organization, has in charge
hand_over(from_user, to_user, by) -> int        what a person in charge passes on
acts_as(user, organization) -> str              the name under which a person acts, as substitute for somebody or not
can_prove(user) -> list[(key, label)]           what of a higher room can show that a milestone is reached
prove(step, key) -> bool                        that record shows it, or with an empty key none any more
proofs_of(steps) -> list[(step pk, label, url)] what shows it
personal(user) -> list[QuerySet]                what the room knows of a person by the address alone
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

HOOKS = (
    *("resolve", "attach_outcome", "uses", "waiting", "news", "touching", "acts", "settled"),
    *("duties", "hand_over", "acts_as", "personal", "can_prove", "prove", "proofs_of"),
)
_offers: dict[str, list[Callable[..., Any]]] = defaultdict(list)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person: what, why, by when, and its one action."""

    title: str
    sentence: str
    url: str
    action: str
    due_on: date | None = None
    organization: str = ""
    illustrative_mark: str = ""


@dataclass(frozen=True)
class News:
    """One page on which something is new: its title, and what, in words."""

    title: str
    sentence: str
    url: str


@dataclass(frozen=True)
class Duty:
    """One open thing that a person has in charge and a successor takes over."""

    title: str
    kind: str
    url: str
    due_on: date | None = None


def offer(hook: str, function: Callable[..., Any]) -> None:
    """A room offers a function; offering it twice changes nothing. Raises ValueError for an unknown hook."""
    if hook not in HOOKS:
        raise ValueError(f"no such hook: {hook}")
    if function not in _offers[hook]:
        _offers[hook].append(function)


def first(hook: str, *args: Any) -> Any:
    """The first answer that is not empty, or None."""
    return next((answer for function in _offers[hook] if (answer := function(*args))), None)


def every(hook: str, *args: Any) -> list[Any]:
    """All rooms' answers in one list."""
    return [item for function in _offers[hook] for item in function(*args)]


def tell(hook: str, *args: Any) -> list[Any]:
    """Every room is told, also after one has answered; their answers in one list."""
    return [function(*args) for function in _offers[hook]]
