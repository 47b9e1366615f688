"""python -m spcg_portal.bench_reports [PANDOC]: seconds and memory of the exports, and pandoc on the same content.

A meeting of 60 agenda items and 200 outcomes, and a board report of 40 sections with 100 attachments, are recorded in a
portal of its own in a temporary folder. A fresh process then renders them. It ends with 1 and a sentence for each limit
that the worst of the runs misses; the memory is that of the process and of whatever it starts."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from spcg_portal.bench_pages import SEED, WORDS

ITEMS, OUTCOMES, SECTIONS, ATTACHMENTS, TIMES = 60, 200, 40, 100, 5
SECONDS = {"docx": 1.0, "pdf": 1.5, "nine": 5.0}
MEGABYTES = 250
TITLE = "Board report of the benchmark"


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def record(chance: random.Random) -> None:
    """Writes the meeting and the report into the portal."""
    from core.dates import moment
    from core.models import User
    from meetings.models import AgendaItem, Outcome
    from meetings.services.schedule import hold_meeting, schedule_meeting

    by = User.objects.get(email="iso.secretary@spcg.example")
    begins = moment(date(2025, 3, 3))
    meeting = schedule_meeting(by, kind="remote", starts_at=begins, ends_at=begins + timedelta(hours=8), at=begins)
    hold_meeting(meeting, by, at=begins)
    items = [
        AgendaItem(meeting=meeting, position=place, title=_text(chance, 8), minutes=8, note=_text(chance, 30))
        for place in range(1, ITEMS + 1)
    ]
    AgendaItem.objects.bulk_create(items)
    kinds = ("information", "decision", "action")
    Outcome.objects.bulk_create(
        Outcome(
            meeting=meeting,
            item=items[place % ITEMS],
            position=place + 1,
            kind=kinds[place % 3],
            number=place + 1 if place % 3 == 1 else None,
            text=_text(chance, 25),
            owner_text="ISO secretary" if place % 3 == 2 else "",
            due_on=date(2026, 1, 1) if place % 3 == 2 else None,
        )
        for place in range(OUTCOMES)
    )
    _record_report(chance, by)


def _record_report(chance: random.Random, by: Any) -> None:
    from documents.publishing.content import body_to_json, fingerprint
    from documents.services.register import register_document
    from reports.compose import body_of
    from reports.models import ReportRevision
    from reports.services.board_reports import draft_report

    attached = [register_document(by, title=_text(chance, 10), kind="paper") for _place in range(ATTACHMENTS)]
    report = draft_report(by, title=TITLE, period_from=date(2025, 3, 1), period_to=date(2025, 3, 2))
    sections = [
        {
            "key": f"s{place}",
            "level": 1 + (place % 5 > 0),
            "heading": _text(chance, 6).rstrip("."),
            "text": "\n\n".join(_text(chance, 60) for _paragraph in range(3)) + f"\n\n- {_text(chance, 15)}" * 3,
            "sources": [],
        }
        for place in range(SECTIONS)
    ]
    body = body_of(sections, attached)
    revision = ReportRevision.objects.create(
        subject=report,
        number=2,
        sections=sections,
        body=body_to_json(body),
        fingerprint=fingerprint(body),
        author=by,
        author_label=str(by),
    )
    for place, item in enumerate(attached):
        revision.attachments.create(revision=item, position=place)


# What is measured, in a process of its own -----------------------------------------------------


class Figure(NamedTuple):
    """One line of the table: the seconds of every run, and what the worst of them may take."""

    name: str
    seconds: list[float]
    limit: float | None
    other: float | None = None

    def __str__(self) -> str:
        limit = f"{self.limit:.1f}" if self.limit is not None else ""
        other = f"{self.other:.3f}" if self.other is not None else "–"
        return f"{self.name:34}{median(self.seconds):>9.3f}{max(self.seconds):>9.3f}{limit:>8}{other:>9}"


def missed(figures: Iterable[Figure], megabytes: float) -> list[str]:
    """A sentence for each limit that was missed."""
    told = [
        f"{figure.name}: took {max(figure.seconds):.2f} s, and {figure.limit:.1f} s are allowed."
        for figure in figures
        if figure.limit is not None and max(figure.seconds) >= figure.limit
    ]
    if megabytes >= MEGABYTES:
        told.append(f"peak memory: took {megabytes:.0f} MB, and {MEGABYTES} MB are allowed.")
    return told


def taken(work: Callable[[], Any], times: int) -> list[float]:
    """The seconds of the clock that each call took."""
    seconds = []
    for _time in range(times):
        begun = perf_counter()
        work()
        seconds.append(perf_counter() - begun)
    return seconds


def contents() -> dict[str, Callable[[], Any]]:
    """What is rendered, each composed from its records anew."""
    from meetings.models import Meeting
    from meetings.report import compose_meeting_report
    from reports.covers import content_for
    from reports.models import BoardReport
    from reports.queries import newest_revision

    report = BoardReport.objects.get(title=TITLE)
    cover = report.covers.select_related("organization").last()
    return {
        "meeting report": lambda: compose_meeting_report(Meeting.objects.get(starts_at__date=date(2025, 3, 3))),
        "board report": lambda: content_for(report, newest_revision(report), cover),
    }


def measure() -> Iterator[Figure]:
    """The figures of the portal; the first is the first PDF that this process makes."""
    from core.models import User
    from documents.publishing.formats import FORMATS, render
    from reports.models import BoardReport
    from reports.services.exports import export_all

    made = contents()
    first = made["meeting report"]()
    yield Figure("meeting report, first PDF of all", taken(lambda: render(first, "pdf"), 1), SECONDS["pdf"])
    for name, content in made.items():
        for form in FORMATS:
            seconds = taken(lambda content=content, form=form: render(content(), form), TIMES)
            yield Figure(f"{name}, {form.upper()}", seconds, SECONDS.get(form))
    report, by = BoardReport.objects.get(title=TITLE), User.objects.get(email="iso.secretary@spcg.example")
    yield Figure("all nine, recorded, as a ZIP", taken(lambda: export_all(report, by), TIMES), SECONDS["nine"])


def peak_memory() -> float:
    """In MB: the highest of this process, and of the largest that it has started and that has ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_maxrss for usage in usages) / 1024


def beside(figures: Iterable[Figure], pandoc: str) -> list[Figure]:
    """The figures of the Word files with what pandoc takes to make them from the same content as HTML."""
    from documents.publishing.formats import render

    pages = {f"{name}, DOCX": render(content(), "html").data for name, content in contents().items()}
    return [
        figure._replace(other=median(taken(lambda page=pages[figure.name]: _converted(pandoc, page), TIMES)))
        if figure.name in pages
        else figure
        for figure in figures
    ]


def _converted(pandoc: str, page: bytes) -> None:
    """The same content from HTML to Word, from standard input to standard output."""
    command = [pandoc, "--from=html", "--to=docx", "--output=-"]
    subprocess.run(command, input=page, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def tell(figures: list[Figure], megabytes: float) -> int:
    """Writes the table and what was missed; returns what the command ends with."""
    lines = [f"{str(TIMES) + ' runs, seconds':34}{'median':>9}{'worst':>9}{'limit':>8}{'pandoc':>9}"]
    lines += map(str, figures)
    lines.append(f"peak memory, with what was started: {megabytes:.0f} MB, limit {MEGABYTES} MB")
    sys.stdout.write("\n".join(lines) + "\n")
    over = missed(figures, megabytes)
    sys.stderr.writelines(f"Over the limit: {sentence}\n" for sentence in over)
    return 1 if over else 0


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["record"]:
        from spcg_portal.bench_pages import prepare

        prepare(arguments[1])
        record(random.Random(SEED))  # noqa: S311
        return 0
    if arguments[:1] == ["measure"]:
        import django

        django.setup()
        figures, megabytes = list(measure()), peak_memory()
        return tell(beside(figures, arguments[1]) if arguments[1] else figures, megabytes)
    return _record_and_measure(_pandoc(arguments[0]) if arguments else "")


def _pandoc(environment: str) -> str:
    found = Path(environment).glob("lib/python*/site-packages/pypandoc/files/pandoc")
    return str(next(found, ""))


def _record_and_measure(pandoc: str) -> int:
    """Each in a process of its own, started by this small one: a process begins with the highest memory of the one
    that starts it on its account."""
    with tempfile.TemporaryDirectory(prefix="spcg-bench-") as folder:
        own = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        own |= {"SPCG_VAR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "spcg_portal.settings"}
        command = [sys.executable, "-m", "spcg_portal.bench_reports"]
        subprocess.run([*command, "record", folder], env=own, check=True)  # noqa: S603
        return subprocess.run([*command, "measure", pandoc], env=own).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
