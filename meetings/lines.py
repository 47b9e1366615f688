"""One line of minutes, as it is typed during a meeting, read into an outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.dates import parse_date
from core.models import User
from meetings.models import Outcome
from organizations.models import Organization

K = Outcome.Kind
KINDS = {"i": K.INFORMATION, "d": K.DECISION, "a": K.ACTION}
_KIND = re.compile(r"^\s*([ida])\s*:\s*", re.IGNORECASE)
_ABOUT = re.compile(r"(?:^|\s)#((?:letter|milestone|meeting)\s+\d{1,6}|\S{2,79}?)(?=[\s.,;]*(?:\s|$))", re.IGNORECASE)
_DUE = re.compile(r"(?:^|\s)due\s+(\d{1,2}\s+[a-z]{3,9}\s+\d{4}|\d[\d./-]{7,9})(?=[\s.,;]*(?:\s|$))", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:^|\s)@([^\s@]+@[^\s@]*[^\s@.,;:)])")


class Unclear(ValueError):
    """A line names a person who cannot be in charge, or not one person; the text says what to write instead."""


def read_line(
    line: str, organizations: Iterable[Organization], accounts: Iterable[User] = (), may: Iterable[User] = ()
) -> dict[str, Any]:
    """Kind, text, who, by when and about what. Who is named by `@` and an organization, a role name or an address;
    of all `accounts` only those who `may` are put in charge, else Unclear is raised. Whatever is no mark stays in the
    text, word by word: `@` before anything else, `#` in the middle of a word, `due` before what is no date."""
    found = _KIND.match(line)
    kind = KINDS[found[1].lower()] if found else K.INFORMATION
    text = line[found.end() :] if found else line
    about = _ABOUT.search(text)
    if about:
        text = text[: about.start()] + text[about.end() :]
    person, owner, due_on = None, None, None
    if kind == K.ACTION:
        # Before the organizations, for “@ISO secretary” begins as “@ISO” does.
        person, text = _person(text, _names(accounts, organizations), set(may))
        owner, text = _owner(text, organizations)
        due_on, text = _due(text)
    return {
        "kind": kind,
        "text": " ".join(text.split()),
        "owner_organization": owner,
        "owner_user": person,
        "due_on": due_on,
        "reference": " ".join(about[1].split()) if about else "",
    }


def _mark(name: str) -> str:
    """The pattern of `@` before a name, whose spaces may be any; not before a longer word or address."""
    words = r"\s+".join(map(re.escape, name.split()))
    return rf"(?:^|\s)@{words}(?![\w@-]|\.\w)"


def _names(accounts: Iterable[User], organizations: Iterable[Organization]) -> list[tuple[str, User]]:
    """What people are called: by address and by role name; an organization's name is never a person's."""
    codes = {organization.code.casefold() for organization in organizations}
    pairs = [(name.strip(), account) for account in accounts for name in (account.email, account.label)]
    return [(name, account) for name, account in pairs if name and name.casefold() not in codes]


def _person(text: str, names: list[tuple[str, User]], may: set[User]) -> tuple[User | None, str]:
    marks = _people_marked(text, names)
    if len(marks) > 1:
        said = ", ".join(text[start:end].strip() for start, end in sorted(marks))
        raise Unclear(_("One person is in charge of an action. Keep the @ of one of these: %(said)s.") % {"said": said})
    person = None
    for (start, end), named in marks.items():
        person, text = _one_of(named, may), text[:start] + text[end:]
    unknown = _ADDRESS.search(text)
    if unknown:
        raise Unclear(_("Nobody here has the address %(address)s.") % {"address": unknown[1]})
    return person, text


def _people_marked(text: str, names: list[tuple[str, User]]) -> dict[tuple[int, int], set[User]]:
    """Where people are named, and who may be meant; of names that begin alike the longest one counts."""
    marks: dict[tuple[int, int], set[User]] = {}
    for name, account in names:
        for found in re.finditer(_mark(name), text, re.IGNORECASE):
            marks.setdefault(found.span(), set()).add(account)
    ends = {start: max(end for begin, end in marks if begin == start) for start, _end in marks}
    return {(start, end): named for (start, end), named in marks.items() if ends[start] == end}


def _one_of(named: set[User], may: set[User]) -> User:
    able = named & may
    if len(able) == 1:
        return able.pop()
    words = {"person": str(next(iter(named)))}
    if not able:
        raise Unclear(
            _("%(person)s is neither secretary nor member now and cannot be in charge. Name somebody else.") % words
        )
    addresses = ", ".join(sorted(f"@{one.email}" for one in able))
    raise Unclear(_("Several people are called %(person)s. Write the address: %(all)s.") % {**words, "all": addresses})


def _owner(text: str, organizations: Iterable[Organization]) -> tuple[Organization | None, str]:
    for organization in organizations:
        mark = re.search(_mark(organization.code), text, re.IGNORECASE)
        if mark:
            return organization, text[: mark.start()] + text[mark.end() :]
    return None, text


def _due(text: str) -> tuple[date | None, str]:
    found = _DUE.search(text)
    try:
        day = parse_date(found[1]) if found else None
    except ValueError:
        day = None
    return (day, text[: found.start()] + text[found.end() :]) if found and day else (None, text)
