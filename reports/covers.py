"""The covers of the three boards and whole reports; no writes. Form of the TSAG cover: TSAG TD 076 Rev.1."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.dates import format_date
from documents.publishing.content import Content, Cover, CoverRow, body_from_json, short_fingerprint, text_of
from documents.publishing.covers import board_cover, td_cover
from organizations.models import Organization
from reports.models import BoardCover, BoardReport, ReportRevision

GROUP = "IEC SMB/ISO TMB/ITU-T TSAG Standardization Programme Coordination Group (SPCG)"
KEYWORDS = "SPCG; coordination; ISO; IEC; ITU-T"


def default_cover(report: BoardReport, organization: Organization, revisions: list[Any]) -> dict[str, str]:
    """What a board's cover says before its secretary has touched it."""
    board = organization.board
    approved = [item for item in revisions if item.document.kind in ("paper", "plan", "work_plan")]
    references = ", ".join(_for_dissemination(item, organization) for item in approved)
    action = _("%(board)s is invited to take note of this report") % {"board": board}
    if references:
        action += _(" and of the attached approved documents: %(references)s") % {"references": references}
    return {
        "purpose": _("Information"),
        "contact": _("%(organization)s secretary of SPCG") % {"organization": organization},
        "abstract": _("This document reports on the progress made by SPCG since the last meeting of %(board)s.")
        % {"board": board},
        "action": action + ".",
    }


def _for_dissemination(revision: Any, organization: Organization) -> str:
    """A paper is for the committees: the board lets it go out by circular letter."""
    if revision.document.kind != "paper":
        return revision.reference
    whom = _("the ITU-T membership") if organization.code == "ITU-T" else organization.national_bodies
    return _("%(reference)s (for dissemination by a circular letter to %(whom)s)") % {
        "reference": revision.reference,
        "whom": whom,
    }


def study_period(year: int) -> str:
    """ITU-T's study period: 2017-2020 lasted until WTSA-20 met in 2022; since 2025 it is four years again."""
    if year <= 2021:
        return "2017-2020"
    if year <= 2024:
        return "2022-2024"
    first = 2025 + (year - 2025) // 4 * 4
    return f"{first}-{first + 3}"


def build_cover(report: BoardReport, cover: BoardCover) -> Cover:
    """The cover of one board: the TD form for TSAG, the head of a board paper for the other two. What is not known yet
    stands in brackets."""
    organization = cover.organization
    meeting = cover.meeting or _("[place and dates of the meeting]")
    if organization.code == "ITU-T":
        return td_cover(
            number=cover.reference or "TSAG-TD[number]",
            study_period=study_period(report.period_to.year),
            meeting=meeting,
            source=GROUP,
            title=report.title,
            purpose=cover.purpose,
            contact=cover.contact,
            contact_details=organization.mail_from,
            keywords=KEYWORDS,
            abstract=cover.abstract,
            action=cover.action,
        )
    rows = [
        (_("Source:"), GROUP),
        (_("Title:"), report.title),
        (_("Purpose:"), cover.purpose),
        (_("Contact:"), f"{cover.contact}, {organization.mail_from}"),
        (_("Keywords:"), KEYWORDS),
        (_("Abstract:"), cover.abstract),
        (_("Action:"), cover.action),
    ]
    return board_cover(
        board=f"{organization.board}, {organization.board_name}",
        number=cover.reference or _("[number]"),
        date=meeting,
        rows=rows,
        kind_of_paper=_("Report for %(purpose)s") % {"purpose": cover.purpose.lower()},
    )


def content_for(report: BoardReport, revision: ReportRevision, cover: BoardCover) -> Content:
    """The whole report of one board: its cover, the one body, the body's fingerprint at the foot."""
    note = _("Same body in the reports to the three boards. Fingerprint %(digits)s, revision %(n)d, %(day)s") % {
        "digits": short_fingerprint(revision.fingerprint),
        "n": revision.number,
        "day": format_date(revision.at),
    }
    return Content(
        title=report.title,
        cover=build_cover(report, cover),
        body=body_from_json(revision.body),
        footer_note=note,
        draft=report.state != BoardReport.State.APPROVED,
    )


def file_name(report: BoardReport, board: str) -> str:
    """The name of an exported file without its extension: the report, the board, the last day of the period."""
    return f"{report.title} {board} {report.period_to.isoformat()}".replace("/", "-")


class CoverLine(NamedTuple):
    """One line of the covers as each board reads it, in the order of the boards."""

    label: str
    values: list[str]

    @property
    def differs(self) -> bool:
        """Whether the boards read different words here."""
        return len(set(self.values)) > 1


def cover_rows(report: BoardReport, covers: list[BoardCover]) -> list[CoverLine]:
    """Every line of the printed covers by its label; a line that a board's form does not have is empty there."""
    printed = [build_cover(report, cover) for cover in covers]
    lines = [CoverLine(_("Head"), [", ".join(run.text for run in (*cover.left, *cover.right)) for cover in printed])]
    by_label = [{row.label: _words_of(row) for row in cover.rows if row.label} for cover in printed]
    labels = dict.fromkeys(label for rows in by_label for label in rows)
    return lines + [CoverLine(label.rstrip(":"), [rows.get(label, "") for rows in by_label]) for label in labels]


def _words_of(row: CoverRow) -> str:
    return " · ".join(filter(None, [text_of(row.value).strip(), text_of(row.right).strip()]))
