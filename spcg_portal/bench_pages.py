"""python -m spcg_portal.bench_pages [NUMBER]: queries and CPU time of every page at 10,000 proposals.

Builds the demonstration and NUMBER proposals more, with comments, interests, history and search rows, always the same
ones, in a database of its own in a temporary folder, and asks for every page as a secretary does. Ends with 1 and says
which where one needs more than the limit: 30 ms on a machine that makes the page of keys in 3 ms, and on a slower one
as many times more as that page takes there."""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median
from time import process_time
from typing import Any

SEED, NUMBER, TIMES, LIMIT_MS = 20201125, 10_000, 15, 30.0
WORDS = (
    "safety energy storage city data quality water product digital consumer industry management network vehicle health "
    "material test battery grid building climate interface robot service security supply chain cable process life cycle"
).split()
STATES = ("outcome", "outcome", "outcome", "forwarded", "no_action", "withdrawn")
LEAST = "/help/keys/"  # a page of words alone, measured right after every other one
LEAST_MS = 3.0  # what it takes on two cores that nobody else uses
LIMIT = f"limit {LIMIT_MS:.0f} ms where {LEAST} takes {LEAST_MS:.0f}"
OPEN = 30  # of each open kind: drafts, out for comment, comments closed


def prepare(folder: str) -> None:
    """The portal on SQLite in that folder, migrated and with the demonstration."""
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        os.environ.pop(name, None)
    os.environ |= {"SPCG_VAR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "spcg_portal.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loaddemo", verbosity=0)


def fill(number: int) -> Any:
    """So many proposals with what belongs to them; returns the one with thirty comments."""
    from core.models import User
    from organizations.models import Organization
    from proposals.models import Proposal

    chance = random.Random(SEED)  # noqa: S311
    people = list(User.objects.filter(email__regex="(secretary|member)@"))
    boards = list(Organization.objects.all())
    rows = [_proposal(chance, place, number, people[0], boards) for place in range(number)]
    for some in batched(rows, 1000):
        Proposal.objects.bulk_create(some)
    _fill_below(chance, rows, people)
    return rows[-OPEN - 1]


def batched(rows: list[Any], size: int) -> Iterator[list[Any]]:
    """The rows in bundles of at most so many."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count)).capitalize()


def _proposal(chance: random.Random, place: int, number: int, by: Any, boards: list[Any]) -> Any:
    from django.utils import timezone

    from core.dates import today
    from proposals.models import Proposal

    left = number - place
    state = "draft" if left <= OPEN else "circulated" if left <= 3 * OPEN else chance.choice(STATES)
    received = date(2000, 1, 1) + timedelta(days=place * 9000 // number)
    reply_by = received + timedelta(days=28)
    if state == "circulated":
        reply_by = today() + timedelta(days=10 if left <= 2 * OPEN else -5)
    year, serial = 3000 + place // 1000, place % 1000 + 1
    return Proposal(
        year=year,
        number=serial,
        reference=f"{year}-{serial:02}",
        title=_words(chance, 6),
        proposer=_words(chance, 2),
        organization=chance.choice(boards),
        scope=f"{_words(chance, 60)}." + (" Photocatalysis." if place % 400 == 0 else ""),
        justification=f"{_words(chance, 40)}.",
        received_on=received,
        reply_by_on=None if state == "draft" else reply_by,
        state=state,
        logged_by=by,
        logged_by_label=str(by),
        circulated_at=None if state == "draft" else timezone.now() - timedelta(days=left % 4000 + 20),
        result="approved" if state == "outcome" else "unknown",
        result_on=reply_by if state == "outcome" else None,
    )


def _fill_below(chance: random.Random, rows: list[Any], people: list[Any]) -> None:
    from core.search import row_of, save_rows
    from organizations.models import Committee
    from proposals.models import Interest, ProposalEntry, ProposalRemark

    committees = list(Committee.objects.all()[:200])
    busy = rows[-OPEN - 1]
    for some in batched(rows, 1000):
        remarks = [_remark(chance, row, people) for row in some for _n in range(30 if row is busy else 2)]
        ProposalRemark.objects.bulk_create(remarks)
        asked = [(row, committee) for row in some for committee in chance.sample(committees, 10 if row is busy else 2)]
        Interest.objects.bulk_create(_interest(row, committee) for row, committee in asked)
        ProposalEntry.objects.bulk_create(_entry(row, people[0], n) for row in some for n in range(4))
        save_rows(
            row_of(
                "proposal",
                row.pk,
                str(row),
                f"{row.proposer} {row.scope} {row.justification}",
                row.get_absolute_url(),
                "shared" if row.circulated_at else "secretaries",
                names=[row.reference],
            )
            for row in some
        )


def _remark(chance: random.Random, row: Any, people: list[Any]) -> Any:
    from organizations.queries import standing_of
    from proposals.models import ProposalRemark

    by = chance.choice(people)
    at = row.circulated_at or datetime.fromisoformat("2020-01-01T12:00+00:00")
    return ProposalRemark(
        subject=row,
        author=by,
        author_label=str(by),
        organization=standing_of(by).organization,
        text=f"{_words(chance, 30)}.",
        stance=chance.choice(ProposalRemark.Stance.values),
        at=at + timedelta(days=2),
    )


def _interest(row: Any, committee: Any) -> Any:
    from proposals.models import Interest

    return Interest(proposal=row, committee=committee, answer="interested", answered_at=row.circulated_at)


def _entry(row: Any, by: Any, n: int) -> Any:
    from proposals.models import ProposalEntry

    at = row.circulated_at or datetime.fromisoformat("2020-01-01T12:00+00:00")
    text = f"commented, {n}"
    return ProposalEntry(subject=row, action="comment", actor=by, actor_label=str(by), text=text, at=at)


def addresses(busy: Any) -> Iterator[tuple[str, str]]:
    """The pages, by what people call them."""
    record = busy.get_absolute_url()
    yield from (
        ("Home", "/"),
        ("proposals", "/proposals/"),
        ("proposals, last page", "/proposals/?page=200"),
        ("proposals, out for comment", "/proposals/?state=out"),
        (
            "proposals, filtered and sorted",
            "/proposals/?organization=iso&state=outcome&closes_from=2010-01-01&sort=title",
        ),
        ("proposals, a rare word", "/proposals/?q=photocatalysis"),
        ("proposals, frequent words", "/proposals/?q=safety+energy"),
        ("proposals, what waits on me", "/proposals/?mine=1"),
        ("one proposal, 30 comments", record),
        ("its history", f"{record}history/"),
        ("landscape", "/landscape/"),
        ("letters", "/communications/letters/"),
        ("meetings", "/meetings/"),
        ("documents", "/documents/"),
        ("search, a rare word", "/search/?q=photocatalysis"),
        ("search, frequent words", "/search/?q=safety+energy"),
        ("everything that happened", "/history/"),
        ("notifications", "/notifications/"),
    )


def measure(client: Any, address: str) -> tuple[int, int, float]:
    """Status, queries, and the median CPU time in ms of one page in a warm process, as the server's are: what was
    loaded is no business of the garbage collector (`gunicorn.py`)."""
    from django.db import connection

    client.get(address)
    gc.collect()
    gc.freeze()
    asked = []
    with connection.execute_wrapper(lambda execute, *call: (asked.append(1), execute(*call))[1]):
        status = client.get(address).status_code
    times = []
    for _n in range(TIMES):
        begun = process_time()
        client.get(address)
        times.append(1000 * (process_time() - begun))
    return status, len(asked), median(times)


def limit_beside(least: float) -> float:
    """The limit in ms on a machine that takes so long for the least page."""
    return LIMIT_MS * max(1.0, least / LEAST_MS)


def run(number: int) -> tuple[str, bool]:
    """The table, and whether every page keeps to the limit. What a page costs beside the page of keys, which asks the
    database for nothing but who reads, says how quick it is on a machine of any speed."""
    from django.conf import settings
    from django.test import Client

    from core.models import User
    from proposals.models import Proposal

    busy = fill(number)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(email="iso.secretary@spcg.example"))
    lines = [f"{Proposal.objects.count():,} proposals; CPU per page, median of {TIMES}; {LIMIT}"]
    lines.append(f"{'page':34}{'status':>8}{'queries':>9}{'CPU ms':>9}{'limit':>7}{'to the least':>14}")
    over = []
    for label, address in addresses(busy):
        status, queries, milliseconds = measure(client, address)
        least = measure(client, LEAST)[2]
        limit = limit_beside(least)
        over += [label] if milliseconds > limit or status != 200 else []
        ratio = milliseconds / least
        lines.append(f"{label:34}{status:>8}{queries:>9}{milliseconds:>9.1f}{limit:>7.0f}{ratio:>14.1f}")
    return "\n".join([*lines, _verdict(over)]) + "\n", not over


def _verdict(over: list[str]) -> str:
    if not over:
        return "Every page keeps to the limit."
    return f"Over the limit, or not answered: {'; '.join(over)}."


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="spcg-bench-") as folder:
        prepare(folder)
        text, well = run(int(arguments[0]) if arguments else NUMBER)
    sys.stdout.write(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
