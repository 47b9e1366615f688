"""Board reports for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.models import BoardReport
from reports.services.board_reports import approve_report, draft_report, propose_report

START, END = date(2026, 3, 1), date(2026, 6, 30)


def make_report(cast: Any, **overrides: Any) -> BoardReport:
    """A draft of a period without records."""
    values = {"title": "SPCG progress report", "period_from": START, "period_to": END, **overrides}
    return draft_report(cast.itu_t_secretary, **values)


def approve_by_all(cast: Any, report: BoardReport) -> BoardReport:
    """The report, asked for and approved by the three secretaries at its newest revision."""
    report = propose_report(report, cast.iso_secretary)
    number = report.revisions.order_by("-number").first().number
    for code in ("ISO", "IEC", "ITU_T"):
        secretary = getattr(cast, f"{code.lower()}_secretary")
        report = approve_report(report, getattr(cast, code), secretary, number=number)
    return report
