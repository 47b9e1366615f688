"""python -m spcg_portal.bench_search [NUMBER]: the search at 100,000 records, on SQLite and on PostgreSQL.

The same made-up records on both, in databases of its own: SQLite in a temporary folder, PostgreSQL a new database
beside the one that DATABASE_URL names, dropped in the end (without DATABASE_URL, SQLite alone). Each query is asked as
the search page asks it, index, order and all; beside it stand the database's own bare count of the same rows, and the
whole page as a browser gets it. Every database is measured in a process of its own. It ends with 1 while a search on
PostgreSQL takes more than 100 ms."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit

SEED, NUMBER, TIMES, LIMIT_MS = 20201125, 100_000, 15, 100.0
KINDS = (("comment", 60), ("document", 15), ("proposal", 12), ("outcome", 8), ("area", 3), ("letter", 2))
# What people type, by what it asks of the index.
QUERIES = (
    ("a rare word", "photocatalysis"),
    ("two frequent words", "safety energy"),
    ("one very frequent word", "safety"),
    ("a frequent beginning", "sto"),
    ("five frequent words", "safety energy storage city data"),
    ("a number", "SPCG-4711C"),
    ("a number typed apart", "spcg 4711 c"),
    ("a frequent number", "2020"),
    ("a slip of the keys", "photocatalisis"),
    ("a slip in a frequent word", "sefety energy"),
    ("words that are nowhere together", "photocatalysis nanotubes"),
    ("nothing at all", "zzqqzzqq"),
)
WORDS = (
    "safety energy storage city data quality water product digital consumer industry management network vehicle health "
    "material test battery grid building climate interface robot service security supply chain cable process life cycle"
).split()


def seldom(chance: random.Random) -> str:
    """A word out of some thousands, so that the vocabulary is as wide as that of real records."""
    syllables = "ba co di fu ga he ki lo mu na pe ri so tu va we xi yo za qu".split()
    return "".join(chance.choices(syllables, k=3))


def records(number: int) -> Iterator[tuple[str, int, str, str, str]]:
    """So many records, always the same: kind, key, title, text and audience; half of the words are frequent."""
    chance = random.Random(SEED)  # noqa: S311
    kinds, weights = zip(*KINDS, strict=True)
    for key in range(1, number + 1):
        words = [chance.choice(WORDS) if chance.random() < 0.5 else seldom(chance) for _n in range(66)]
        title = f"SPCG-{key // 20}{'ABCDEFGHIJKLMNOPQRST'[key % 20]} {' '.join(words[:6])}"
        text = " ".join(words[6:]) + f" 2020-{key % 97:02}." + (" Photocatalysis." if key % 9973 == 0 else "")
        text += " Nanotubes." if key % 9967 == 0 else ""
        yield chance.choices(kinds, weights)[0], key, title, text, "secretaries" if key % 25 == 0 else "shared"


def fill(number: int) -> float:
    """Writes the records as the rooms do; returns the seconds."""
    from django.db import connection, transaction

    from core.search import row_of, save_rows

    begun, made = perf_counter(), records(number)
    while some := list(islice(made, 2000)):
        with transaction.atomic():
            save_rows(
                row_of(kind, key, title, text, "/", audience, called=kind != "comment")
                for kind, key, title, text, audience in some
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return perf_counter() - begun


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds by the clock and of this process's CPU, medians in a warm process."""
    act()
    clock, cpu = [], []
    for _n in range(TIMES):
        begun, begun_cpu = perf_counter(), process_time()
        act()
        clock.append(1000 * (perf_counter() - begun))
        cpu.append(1000 * (process_time() - begun_cpu))
    return median(clock), median(cpu)


def measure(number: int) -> dict[str, Any]:
    """In this process's database: how long each query takes, and what the count alone and the page cost."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from core.models import SearchText, User
    from core.search import find, search
    from spcg_portal.found import WEIGHTS
    from spcg_portal.queries import audiences_of

    seconds = fill(number)
    settings.ALLOWED_HOSTS = ["testserver"]
    person = User.objects.get(email="iso.member@spcg.example")
    audiences, client = audiences_of(person), Client()
    client.force_login(person)
    rows = []
    for label, query in QUERIES:
        clock, cpu = timed(lambda query=query: search(query, audiences, WEIGHTS))
        bare, _cpu = timed(lambda query=query: find(query, audiences).count())
        page, page_cpu = timed(lambda query=query: client.get("/search/", {"q": query}))
        rows.append([label, find(query, audiences).count(), clock, cpu, bare, page, page_cpu])
    trivial, _cpu = timed(lambda: client.get("/help/keys/"))
    firsts = [[list(hit) for hit in search(query, audiences, WEIGHTS).rows[:10]] for _label, query in QUERIES]
    facts = {"database": connection.vendor, "records": SearchText.objects.count(), "seconds": seconds}
    return {**facts, "trivial": trivial, "rows": rows, "firsts": firsts}


def table(result: dict[str, Any]) -> str:
    """The result in one table."""
    lines = [
        f"{result['database']}: {result['records']:,} records, written in {result['seconds']:.0f} s; milliseconds, "
        f"median of {TIMES}; the portal's plainest page takes {result['trivial']:.1f} ms",
        f"{'query':33}{'rows':>8}{'search':>9}{'CPU':>7}{'count':>8}{'ratio':>7}{'page':>8}{'CPU':>7}{'ratio':>7}",
    ]
    for label, count, clock, cpu, bare, page, page_cpu in result["rows"]:
        lines.append(
            f"{label:33}{count:>8,}{clock:>9.1f}{cpu:>7.1f}{bare:>8.1f}{clock / bare:>7.1f}{page:>8.1f}{page_cpu:>7.1f}"
            f"{page / result['trivial']:>7.1f}{'  over' if clock > LIMIT_MS else ''}"
        )
    return "\n".join(lines)


def inside(number: int) -> None:
    """What each database's own process does."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loaddemo", verbosity=0)
    sys.stdout.write(f"{json.dumps(measure(number))}\n")


def in_a_process(number: int, folder: str, database: str) -> dict[str, Any]:
    """The measurement in a fresh process with that database, SQLite in the folder if there is none."""
    settings = {"SPCG_VAR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "spcg_portal.settings"}
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")}
    settings |= {"DATABASE_URL": database} if database else {}
    call = [sys.executable, "-m", "spcg_portal.bench_search", "--inside", str(number)]
    done = subprocess.run(call, env=kept | settings, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return json.loads(done.stdout.splitlines()[-1])


def on_postgres(number: int, folder: str, url: str) -> dict[str, Any]:
    """The measurement in a PostgreSQL database made for it and dropped after it."""
    import psycopg2

    name = f"bench_search_{os.getpid()}"
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            return in_a_process(number, folder, urlsplit(url)._replace(path=f"/{name}").geturl())
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.close()


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--inside"]:
        inside(int(arguments[1]))
        return 0
    number, url = int(arguments[0]) if arguments else NUMBER, os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="spcg-bench-") as folder:
        results = [on_postgres(number, f"{folder}/postgresql", url)] if url.startswith("postgres") else []
        results.append(in_a_process(number, f"{folder}/sqlite", ""))
    sys.stdout.write("\n\n".join(table(result) for result in results) + "\n")
    if len(results) == 2:
        same = sum(one == other for one, other in zip(*(result["firsts"] for result in results), strict=True))
        sys.stdout.write(f"\nThe same first ten in the same order on both: {same} of {len(QUERIES)} queries\n")
    promised = [result for result in results if result["database"] == "postgresql"]
    return 0 if all(row[2] <= LIMIT_MS for result in promised for row in result["rows"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
