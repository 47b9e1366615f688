"""python -m spcg_portal.bench_landscape: every page of the landscape at 40 and at 1,000 areas, side by side.

Each register is built in a database of its own in a temporary folder, always the same and of one kind of areas (those
of the demonstration are closed first): fifty comments an area, an open round and two that are over, scored by all
members. A page passes where the large register takes at most 1.5 times the CPU of the small one and 30 ms (on a slower
machine as many more as `bench_pages` allows), with as many queries."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from spcg_portal.bench_pages import LEAST, LIMIT, TIMES, WORDS, batched, limit_beside, measure, prepare

SEED = 20201125
SMALL, LARGE = (40, 0), (1000, 2000)  # open areas, committees besides the catalogue
COMMENTS, RATIO = 50, 1.5


def fill(number: int, more_committees: int) -> Any:
    """A register of so many open areas; returns one of them."""
    from django.utils import timezone

    from core.models import User
    from landscape.models import Area, PriorityRound

    chance = random.Random(SEED)  # noqa: S311
    people = list(User.objects.filter(email__regex="(secretary|member)").order_by("pk"))
    committees = _committees(more_committees)
    moment = timezone.now() - timedelta(days=60)
    Area.objects.update(state=Area.State.CLOSED)
    rows = [
        Area(
            slug=f"bench-{n}",
            name=f"{_words(chance, 3)} {n}",
            text="\n\n".join(f"{_words(chance, 40)}." for _n in range(3)),
            position=n,
            added_at=moment,
            changed_at=moment,
        )
        for n in range(number)
    ]
    Area.objects.bulk_create(rows, batch_size=500)
    _fill_below(chance, rows, committees, people[0], moment)
    _comments(chance, rows, people, moment)
    _round_over(PriorityRound.objects.filter(state="closed").get())
    for round in PriorityRound.objects.all():
        _scores(chance, round, rows)
    return rows[0]


def _round_over(earlier: Any) -> None:
    """A second round that is over, with the questions of the first."""
    from landscape.models import Criterion, PriorityRound

    day = earlier.opens_on - timedelta(days=90)
    before = PriorityRound.objects.create(title="Bench", opens_on=day, closes_on=day, state="closed")
    Criterion.objects.bulk_create(
        Criterion(round=before, name=item.name, question=item.question, weight=item.weight, position=item.position)
        for item in earlier.criteria.all()
    )


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count)).capitalize()


def _committees(more: int) -> list[Any]:
    from organizations.models import Committee, Organization

    boards = list(Organization.objects.all())
    made = [Committee(acronym=f"{boards[n % 3].code}/B {n}", kind="TC", title=f"Bench {n}") for n in range(more)]
    Committee.objects.bulk_create(made, batch_size=500)
    through = Committee.organizations.through
    pairs = [through(committee=item, organization=boards[n % 3]) for n, item in enumerate(made)]
    through.objects.bulk_create(pairs, batch_size=500)
    return made or random.Random(SEED).sample(list(Committee.objects.all()), 160)  # noqa: S311


def _fill_below(chance: random.Random, rows: list[Any], committees: list[Any], by: Any, moment: Any) -> None:
    from landscape.models import AreaCommittee, AreaEntry, AreaMechanism, AreaRevision

    words = {"author": by, "author_label": str(by), "reason": "First text", "at": moment}
    shared = [(row, item) for row in rows for item in chance.sample(committees, 4)]
    made: list[Any] = [
        *(AreaRevision(subject=row, number=1, text=row.text, facts={"name": row.name}, **words) for row in rows),
        *(AreaCommittee(area=row, committee=item) for row, item in shared),
        *(AreaMechanism(area=row, kind=kind) for row in rows for kind in ("liaison", "task_force")),
        *(AreaEntry(subject=row, action="add", actor=by, actor_label=str(by), text="added", at=moment) for row in rows),
    ]
    for model in (AreaRevision, AreaCommittee, AreaMechanism, AreaEntry):
        model.objects.bulk_create([item for item in made if isinstance(item, model)], batch_size=500)


def _comments(chance: random.Random, rows: list[Any], people: list[Any], moment: Any) -> None:
    from landscape.models import AreaRemark
    from organizations.queries import standing_of

    places = {person.pk: standing_of(person).organization for person in people}
    for some in batched(rows, 100):
        AreaRemark.objects.bulk_create(
            AreaRemark(
                subject=row,
                author=(person := chance.choice(people)),
                author_label=str(person),
                organization=places[person.pk],
                text=f"{_words(chance, 20)}.",
                at=moment + timedelta(minutes=n),
            )
            for row in some
            for n in range(COMMENTS)
        )


def _scores(chance: random.Random, round: Any, rows: list[Any]) -> None:
    """Every member has scored every one of these areas in the round."""
    from landscape.models import Score
    from landscape.services.decisions import keep_result
    from organizations.queries import Role, people, standing_of

    members = [(person, standing_of(person).organization) for person in people(Role.MEMBER)]
    criteria = list(round.criteria.all())
    for some in batched(rows, 200):
        Score.objects.bulk_create(
            Score(round=round, criterion=item, area=area, user=person, organization=place, value=chance.randint(1, 5))
            for area in some
            for person, place in members
            for item in criteria
        )
        for area in some:
            keep_result(round, area)


def addresses(area: Any) -> Iterator[tuple[str, str]]:
    """The pages, by what people call them."""
    from landscape.models import PriorityRound

    page = area.get_absolute_url()
    first, second = PriorityRound.objects.filter(state="closed").order_by("opens_on")
    yield from (
        ("list and matrix", "/landscape/"),
        ("list, filtered", "/landscape/?q=safety&organization=ISO&mechanism=liaison&score=3"),
        ("map", "/landscape/map/"),
        ("map around an area", f"/landscape/map/?area={area.slug}"),
        ("one area, 50 comments", page),
        ("ranking, open round", "/landscape/ranking/"),
        ("result of a round", second.get_absolute_url()),
        ("two rounds compared", f"/landscape/rounds/{first.pk}/compare/{second.pk}/"),
        ("a committee", area.committees.first().committee.get_absolute_url()),
        ("history", "/landscape/history/"),
    )


def build_and_measure(areas: int, committees: int) -> dict[str, Any]:
    """What one register takes, page by page, as a member."""
    with tempfile.TemporaryDirectory(prefix="spcg-bench-") as folder:
        prepare(folder)
        from django.conf import settings
        from django.test import Client

        from core.models import User
        from landscape.models import Area, AreaCommittee, AreaRemark
        from organizations.models import Committee

        area = fill(areas, committees)
        settings.ALLOWED_HOSTS = ["testserver"]
        client = Client()
        client.force_login(User.objects.get(email="iec.member@spcg.example"))
        sizes = {
            "open areas": Area.objects.filter(state=Area.State.OPEN).count(),
            "committees": Committee.objects.count(),
            "places of committees": AreaCommittee.objects.filter(area__state=Area.State.OPEN).count(),
            "comments": AreaRemark.objects.count(),
        }
        found = {label: measure(client, url) for label, url in addresses(area)}
        return {"sizes": sizes, "pages": found, "limit": limit_beside(measure(client, LEAST)[2])}


def missed(small: tuple[int, int, float], large: tuple[int, int, float], limit: float) -> list[str]:
    """Which limits a page of the large register misses, in words; each is the status, the queries and the CPU ms."""
    (_status, before, base), (status, queries, spent) = small, large
    found = [
        (status != 200, f"answers {status}"),
        (queries > before, f"takes {queries} queries, not {before}"),
        (spent > limit, f"takes {spent:.1f} ms, more than {limit:.0f}"),
        (spent > RATIO * base, f"takes {spent / base:.2f} times as long, more than {RATIO}"),
    ]
    return [words for is_missed, words in found if is_missed]


def table(small: dict[str, Any], large: dict[str, Any]) -> tuple[str, bool]:
    """The two beside each other, with a sentence for every page that misses a limit; and whether none does."""
    lines = [" and ".join(", ".join(f"{n:,} {name}" for name, n in item["sizes"].items()) for item in (small, large))]
    limit = large["limit"]
    lines.append(f"CPU per page, median of {TIMES}; {LIMIT}, here {limit:.0f}; {RATIO} times; the same queries")
    lines.append(f"{'page':26}{'queries':>16}{'CPU ms':>16}{'ratio':>8}")
    over = []
    for label, (status, queries, spent) in large["pages"].items():
        _status, before, base = small["pages"][label]
        lines.append(f"{label:26}{before:>8}{queries:>8}{base:>8.1f}{spent:>8.1f}{spent / base:>8.2f}")
        if words := missed(small["pages"][label], (status, queries, spent), limit):
            over.append(f"A limit is missed: the page “{label}” with 1,000 areas {' and '.join(words)}.")
    return "\n".join([*lines, *over]) + "\n", not over


def main(arguments: list[str]) -> int:
    """Each register in a process of its own, so that neither warms the other."""
    if arguments:
        json.dump(build_and_measure(*map(int, arguments)), sys.stdout)
        return 0
    command = [sys.executable, "-m", "spcg_portal.bench_landscape"]
    found = [
        json.loads(subprocess.run([*command, *map(str, size)], check=True, capture_output=True, text=True).stdout)  # noqa: S603
        for size in (SMALL, LARGE)
    ]
    text, well = table(*found)
    sys.stdout.write(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
