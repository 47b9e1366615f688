"""The search of the whole house: fifty queries with the answers written down, and nothing of what one may not see."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.dates import today
from core.models import SearchText, User
from spcg_portal.found import found_by
from spcg_portal.tests.demonstration import load_demonstration

ANSWERS = Path(__file__).with_name("search_queries.txt")


def written_answers() -> dict[str, list[str]]:
    """The first ten of every query, the first one first; `YEAR` is that of the demonstration's open matters."""
    answers: dict[str, list[str]] = {}
    for line in ANSWERS.read_text().replace("YEAR", str(today().year)).splitlines():
        if line.startswith("? "):
            answers[line[2:]] = found = []
        elif line and not line.startswith("#"):
            found.append(line)
    return answers


def first_ten(user: User, query: str) -> list[str]:
    rows = found_by(user, query).rows[:10]
    titles = SearchText.objects.in_bulk([key for key, _kind in rows])
    return [f"{kind}: {titles[key].title}" for key, kind in rows]


@pytest.fixture
def loaded(db):
    load_demonstration()


def test_fifty_queries_find_what_is_written_down(loaded):
    """The same first hit and the same set of ten on SQLite and on PostgreSQL: both are held to the one file."""
    answers = written_answers()
    reader = User.objects.get(email="iso.secretary@spcg.example")
    found = {query: first_ten(reader, query) for query in answers}
    assert len(answers) >= 50
    assert {query: rows[:1] for query, rows in found.items()} == {query: rows[:1] for query, rows in answers.items()}
    assert {query: sorted(rows) for query, rows in found.items()} == {q: sorted(rows) for q, rows in answers.items()}
