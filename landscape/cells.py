"""An area as a row of a file, and back: what is written here is read here again without a change.

Lists are separated by semicolons. A committee is its acronym, with its role after a colon if it is known; a mechanism
its kind, its detail after a colon, and after bars the two committees if it is theirs alone. Where a semicolon, a bar or
a backslash belongs to the words themselves, a backslash stands before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.tables import Column
from landscape.models import AreaCommittee, AreaMechanism
from landscape.registers import AreaState

Kind = AreaMechanism.Kind
Role = AreaCommittee.Role
# The headings of the file; they are names for a program, and so not translated.
NAMES = ("address", "name", "description", "committees", "mechanism", "kept_by", "source", "documents")
NOTES = ("rank", "note")
KINDS = {kind.value: str(kind.value).replace("_", " ") for kind in Kind} | {
    Kind.JOINT_COMMITTEE.value: "joint technical committee",
    Kind.JOINT_TEAM.value: "joint project team",
    Kind.JOINT_COORDINATION.value: "joint coordination activity",
}
ROLES = {Role.LEADS.value: "leads", Role.TAKES_PART.value: "takes part", Role.LIAISON.value: "in liaison"}
_SPECIAL = re.compile(r"([\\;|])")
WIDTHS = (24, 34, 70, 40, 40, 12, 30, 20, 8, 24)


def columns() -> list[Column]:
    """The columns of the register as a file."""
    return [Column(name, width) for name, width in zip((*NAMES, *NOTES), WIDTHS, strict=True)]


def row_of(state: AreaState) -> tuple[Any, ...]:
    """One area as a row; an owner that is not known is an empty cell."""
    facts = state.facts
    return (
        state.slug,
        state.name,
        state.text,
        committees_cell(facts.get("committees", ())),
        mechanisms_cell(facts.get("mechanisms", ())),
        facts.get("owner", ""),
        facts.get("source", ""),
        "; ".join(map(escaped, facts.get("documents", ()))),
        state.rank,
        state.mark,
    )


def escaped(text: str) -> str:
    """Words in which no sign separates."""
    return _SPECIAL.sub(r"\\\1", text)


def split(text: str, sign: str) -> list[str]:
    """The parts between the signs that no backslash covers; still escaped, without white space around them."""
    parts = re.findall(rf"((?:\\.|[^\\{re.escape(sign)}]|\\$)*)(?:{re.escape(sign)}|$)", text, re.DOTALL)
    return [part.strip() for part in parts if part.strip()]


def plain(text: str) -> str:
    """The words themselves."""
    return re.sub(r"\\([\\;|])", r"\1", text)


def committees_cell(rows: Iterable[Iterable[str]]) -> str:
    """ISO/TC 268: leads; ITU-T SG20."""
    return "; ".join(escaped(name) + (f": {ROLES[role]}" if role in ROLES else "") for name, role in rows)


def mechanisms_cell(rows: Iterable[list[str]]) -> str:
    """liaison: category A; joint working group | ISO/TC 268 | ITU-T SG20."""
    return "; ".join(_mechanism(*row) for row in rows)


def _mechanism(kind: str, detail: str, *pair: str) -> str:
    words = f"{KINDS[kind]}: {escaped(detail)}" if detail else KINDS[kind]
    return " | ".join((words, *map(escaped, pair)))


def committees_of(cell: str) -> list[tuple[str, str]]:
    """Acronym and role of each committee. Raises ValueError for a role that is none."""
    return [_committee(part) for part in split(cell, ";")]


def _committee(part: str) -> tuple[str, str]:
    name, colon, word = part.rpartition(":")
    if not colon:
        return plain(part), Role.UNKNOWN.value
    roles = {spelling: role for role, spelling in ROLES.items()}
    if word.strip().lower() not in roles:
        raise ValueError(_("“%(word)s” is not a role of a committee") % {"word": word.strip()[:80]})
    return plain(name.strip()), roles[word.strip().lower()]


def mechanisms_of(cell: str, kinds: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Kind, detail and, where they are named, the two committees of each mechanism. Raises ValueError for a kind that
    is none, and for one committee or three."""
    found = []
    for part in split(cell, ";"):
        words, *pair = split(part, "|")
        kind, _colon, detail = words.partition(":")
        if kind.strip().lower() not in kinds:
            raise ValueError(_("“%(kind)s” is not a kind of mechanism") % {"kind": plain(kind.strip())[:80]})
        if len(pair) not in (0, 2):
            raise ValueError(_("a mechanism works between two committees, or for the whole area"))
        if len(plain(detail.strip())) > 200:
            raise ValueError(_("the detail of a mechanism is longer than 200 characters"))
        found.append((str(kinds[kind.strip().lower()]), plain(detail.strip()), *map(plain, pair)))
    return found
