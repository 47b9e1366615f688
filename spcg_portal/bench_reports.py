"""python -m spcg_portal.bench_reports [PANDOC]: seconds and memory of the exports, and pandoc on the same content.

A meeting of 60 agenda items and 200 outcomes, and a board report of 40 sections with 100 attachments, are recorded in a
portal of its own in a temporary folder. A fresh process then renders them; its peak memory is that of the portal."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from spcg_portal.bench_pages import SEED, WORDS

ITEMS, OUTCOMES, SECTIONS, ATTACHMENTS, TIMES = 60, 200, 40, 100, 5
LIMITS = {"docx": 1.0, "pdf": 1.5, "nine": 5.0, "memory": 250}
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


def timed(work: Callable[[], Any]) -> float:
    """The median of some calls, in seconds of the clock. Typst remembers what it has set before."""
    taken = []
    for _time in range(TIMES):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return median(taken)


def measure(pandoc: str) -> tuple[str, bool]:
    """The table, and whether everything keeps to its limit."""
    from core.models import User
    from documents.publishing.formats import render
    from meetings.models import Meeting
    from meetings.report import compose_meeting_report
    from reports.covers import content_for
    from reports.models import BoardReport
    from reports.queries import newest_revision
    from reports.services.exports import export_all

    report = BoardReport.objects.get(title=TITLE)
    cover = report.covers.select_related("organization").last()
    administrator = User.objects.get(email="admin@spcg.example")
    made = {
        "meeting report": lambda: compose_meeting_report(Meeting.objects.get(starts_at__date=date(2025, 3, 3))),
        "board report": lambda: content_for(report, newest_revision(report), cover),
    }
    lines = [f"{'median of ' + str(TIMES) + ', seconds':34}{'portal':>9}{'limit':>8}{'pandoc':>9}"]
    well = True
    for name, content in made.items():
        page = render(content(), "html").data
        for form in ("docx", "pdf", "html"):
            taken = timed(lambda content=content, form=form: render(content(), form))
            other = timed(lambda page=page: _converted(pandoc, page)) if form == "docx" and pandoc else 0
            well &= taken < LIMITS.get(form, LIMITS["pdf"])
            limit = f"{LIMITS[form]:.1f}" if form in LIMITS else ""
            lines.append(f"{name + ', ' + form.upper():34}{taken:>9.3f}{limit:>8}{f'{other:.3f}' if other else '–':>9}")
    nine = timed(lambda: export_all(report, administrator))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines.append(f"{'all nine, recorded, as a ZIP':34}{nine:>9.3f}{LIMITS['nine']:>8.1f}{'–':>9}")
    lines.append(f"peak memory of the process: {memory:.0f} MB, limit {LIMITS['memory']} MB")
    return "\n".join(lines) + "\n", well and nine < LIMITS["nine"] and memory < LIMITS["memory"]


def _converted(pandoc: str, page: bytes) -> None:
    """The same content from HTML to Word, from standard input to standard output."""
    command = [pandoc, "--from=html", "--to=docx", "--output=-"]
    subprocess.run(command, input=page, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["measure"]:
        import django

        django.setup()
        text, well = measure(arguments[1])
        sys.stdout.write(text)
        return 0 if well else 1
    from spcg_portal.bench_pages import prepare

    pandoc = (
        next(iter(Path(arguments[0]).glob("lib/python*/site-packages/pypandoc/files/pandoc")), "") if arguments else ""
    )
    with tempfile.TemporaryDirectory(prefix="spcg-bench-") as folder:
        prepare(folder)
        record(random.Random(SEED))  # noqa: S311
        command = [sys.executable, "-m", "spcg_portal.bench_reports", "measure", str(pandoc)]
        return subprocess.run(command).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
