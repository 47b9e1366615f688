"""What the slides of the overview say, taken from the records as they are on the day; no writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date, today
from documents.models import Revision
from documents.queries import approved_between
from landscape.models import Area
from landscape.queries import areas_visible_to, matrix
from meetings.models import Meeting
from meetings.queries import next_meeting
from organizations.queries import organizations
from proposals.queries import comments_forwarded_between, recommendations_submitted_between
from reports.compose import marked

FIRST_DAY = date(2018, 1, 1)  # SPCG was set up in 2018
MOST_AREAS = 12
MOST_ACHIEVEMENTS = 6
CODES = ("ISO", "IEC", "ITU-T")


@dataclass(frozen=True)
class Picture:
    """The landscape drawn: per area how many committees of each organization; `left_out` areas have no room."""

    rows: list[tuple[str, tuple[int, ...]]]
    left_out: int
    total: int


@dataclass(frozen=True)
class Overview:
    """The words and numbers of the slides."""

    day: date
    boards: list[tuple[str, str, str]]
    figures: list[tuple[str, str]]
    picture: Picture
    achievements: list[str]
    contacts: list[tuple[str, str]]
    following: str
    has_samples: bool


def overview(user: Any) -> Overview:
    """The overview as far as the reader may see the records."""
    areas = list(areas_visible_to(user).filter(state=Area.State.OPEN))
    approved, submitted = list(approved_between(FIRST_DAY, today())), _submitted()
    forwarded = list(comments_forwarded_between(FIRST_DAY, today()))
    held = list(Meeting.objects.filter(state=Meeting.State.HELD))
    counted = [*held, *submitted, *forwarded, *approved, *areas]
    return Overview(
        day=today(),
        boards=[(item.code, item.board, item.board_name) for item in organizations()],
        figures=_figures(held, submitted, forwarded, approved, areas),
        picture=_picture(areas, user),
        achievements=_achievements(approved, submitted),
        contacts=[(_("%(o)s secretary of SPCG") % {"o": item}, item.mail_from) for item in organizations()],
        following=_following(),
        has_samples=any(_is_sample(item) for item in counted),
    )


def _figures(*records: list[Any]) -> list[tuple[str, str]]:
    held, submitted, forwarded, approved, areas = records
    sent = len({item.recommendation_id for item in submitted})
    told = [
        (len(held), ngettext("meeting held", "meetings held", len(held))),
        (sent, ngettext("recommendation submitted to a board", "recommendations submitted to the boards", sent)),
        (
            len(forwarded),
            ngettext("proposal with comments shared", "proposals with comments shared", len(forwarded)),
        ),
        (len(approved), ngettext("document approved", "documents approved", len(approved))),
        (len(areas), ngettext("area of coordination", "areas of coordination in the landscape", len(areas))),
    ]
    return [(str(number), words) for number, words in told]


def _submitted() -> list[Any]:
    return list(recommendations_submitted_between(FIRST_DAY, today()))


def _is_sample(record: Any) -> bool:
    return any(getattr(item, "illustrative", False) for item in (record, getattr(record, "proposal", None)))


def _picture(areas: list[Area], user: Any) -> Picture:
    shown = areas[:MOST_AREAS]
    rows = [
        (marked(row.area.name, row.area), tuple(len(row.columns[code]) + _joint(row, code) for code in CODES))
        for row in matrix(shown, user, None)
    ]
    return Picture(rows, len(areas) - len(shown), len(areas))


def _joint(row: Any, code: str) -> int:
    """A joint committee of ISO and IEC counts for both."""
    return 0 if code == "ITU-T" else len(row.joint)


def _achievements(approved: list[Revision], submitted: list[Any]) -> list[str]:
    """The newest first: recommendations submitted and documents approved."""
    told = [(item.submitted_on, _recommended(item)) for item in submitted]
    told += [(item.approved_on, _approved(item)) for item in approved]
    told.sort(key=lambda pair: pair[0], reverse=True)
    return [words for _day, words in told[:MOST_ACHIEVEMENTS]]


def _recommended(submission: Any) -> str:
    words = _("%(reference)s, on “%(title)s”, submitted to %(board)s") % {
        "reference": submission.revision.reference,
        "title": submission.proposal.title,
        "board": submission.organization.board,
    }
    return marked(words, submission.proposal)


def _approved(revision: Revision) -> str:
    document = revision.document
    words = _("%(reference)s, %(title)s, approved on %(day)s") % {
        "reference": revision.reference,
        "title": document.title,
        "day": format_date(revision.approved_on),
    }
    return marked(words, document)


def _following() -> str:
    meeting = next_meeting()
    if meeting is None:
        return _("The date of the next meeting is not set.")
    words = _("Next: %(meeting)s, %(day)s.") % {"meeting": meeting, "day": format_date(meeting.starts_at)}
    return marked(words, meeting)
