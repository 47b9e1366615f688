"""The files of the demonstration, and small readings of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.dates import moment, today
from core.models import User
from documents.models import LETTERS, Revision
from documents.queries import parse_reference
from organizations.models import Organization

FOLDER = Path(__file__).resolve().parents[1] / "demo"
COMMITTEES = FOLDER / "committees.csv"
LANDSCAPE = FOLDER / "landscape.csv"
DOMAIN = "spcg.example"
PASSWORD = "spcg-demo"  # noqa: S105 - a demonstration's password, printed at its start


@cache
def record() -> dict[str, Any]:
    """The record of autumn 2020 and the illustrative present."""
    return yaml.safe_load((FOLDER / "spcg_2020.yaml").read_text(encoding="utf-8"))


def account(name: str) -> User:
    """The demonstration account of that name, read anew."""
    return User.objects.get(email=f"{name}@{DOMAIN}")


def secretary(code: str) -> User:
    return account(f"{code.lower()}.secretary")


def organization(code: str) -> Organization:
    return Organization.objects.get(code=code)


def revision(reference: str) -> Revision:
    """The exact revision of a reference; KeyError when the record does not name it."""
    parsed = parse_reference(reference)
    if parsed is None:
        raise KeyError(reference)
    number, position = parsed
    return Revision.objects.select_related("document").get(document__number=number, position=position)


def number_and_letter(reference: str) -> tuple[int, str]:
    """SPCG-47B is (47, "B")."""
    parsed = parse_reference(reference)
    if parsed is None:
        raise KeyError(reference)
    return parsed[0], LETTERS[parsed[1]]


def clock(day: date, text: str) -> datetime:
    """That day at "13:00" by Geneva's clock."""
    hours, minutes = (int(part) for part in text.split(":"))
    return moment(day, time(hours, minutes))


def in_days(days: int) -> date:
    """A day counted from the day of loading."""
    return today() + timedelta(days=days)


def ago(days: int) -> datetime:
    """The morning of a day counted from the day of loading (never after now); negative numbers are the past."""
    return min(moment(in_days(days), time(9, 30)), datetime.now(tz=moment(today()).tzinfo))
