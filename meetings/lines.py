"""One line of minutes, as it is typed during a meeting, read into an outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from core.dates import parse_date
from meetings.models import Outcome
from organizations.models import Organization

K = Outcome.Kind
KINDS = {"i": K.INFORMATION, "d": K.DECISION, "a": K.ACTION}
_KIND = re.compile(r"^\s*([ida])\s*:\s*", re.IGNORECASE)
_ABOUT = re.compile(r"(?:^|\s)#((?:letter|milestone|meeting)\s+\d{1,6}|\S{2,79}?)(?=[\s.,;]*(?:\s|$))", re.IGNORECASE)
_DUE = re.compile(r"(?:^|\s)due\s+(\d{1,2}\s+[a-z]{3,9}\s+\d{4}|\d[\d./-]{7,9})(?=[\s.,;]*(?:\s|$))", re.IGNORECASE)


def read_line(line: str, organizations: Iterable[Organization]) -> dict[str, Any]:
    """Kind, text, who, by when and about what. Whatever is no mark stays in the text, word by word: `@` before
    anything but an organization, `#` in the middle of a word, `due` before what is no date."""
    found = _KIND.match(line)
    kind = KINDS[found[1].lower()] if found else K.INFORMATION
    text = line[found.end() :] if found else line
    about = _ABOUT.search(text)
    if about:
        text = text[: about.start()] + text[about.end() :]
    owner, due_on = None, None
    if kind == K.ACTION:
        owner, text = _owner(text, organizations)
        due_on, text = _due(text)
    return {
        "kind": kind,
        "text": " ".join(text.split()),
        "owner_organization": owner,
        "due_on": due_on,
        "reference": " ".join(about[1].split()) if about else "",
    }


def _owner(text: str, organizations: Iterable[Organization]) -> tuple[Organization | None, str]:
    for organization in organizations:
        mark = re.search(rf"(?:^|\s)@{re.escape(organization.code)}(?![\w-])", text, re.IGNORECASE)
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
