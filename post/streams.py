"""Into which stream of mail each kind of notice flows, and how a stream comes when its reader has not chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"


@dataclass(frozen=True)
class Stream:
    """One line of the page of choices."""

    key: str
    label: Any
    help: Any
    kinds: frozenset[str]
    default: str = DAILY


# Acts of the group's procedure: they start a clock or ask for an approval, so nobody can refuse them.
OFFICIAL = frozenset(
    {"circulate", "forward", "remind", "copy", "approval", "letter_approval", "letter_changed", "history"}
)

STREAMS = (
    Stream(
        "asked",
        _("What is asked of me"),
        _("Advice, changes, actions and steps that wait for you, mostly with a date."),
        frozenset({"ask", "changes", "letter_changes", "letter_refused", "action", "work plan"}),
        AT_ONCE,
    ),
    Stream(
        "meetings",
        _("Meetings"),
        _("Invitations with a file for your calendar, changes, agendas and reports."),
        frozenset({"meeting", "meeting_report"}),
        AT_ONCE,
    ),
    Stream(
        "answers",
        _("Comments and answers"),
        _("Comments, interests and answers of others on proposals."),
        frozenset({"comment", "interest", "dispose", "proposal"}),
    ),
    Stream(
        "decisions",
        _("Decisions"),
        _("Approved recommendations and letters, and results of the boards."),
        frozenset({"approved", "result", "letter_approved"}),
    ),
    Stream("landscape", _("Landscape"), _("Areas, suggestions, rounds and confirmations."), frozenset({"landscape"})),
    Stream("other", _("Everything else"), _("What belongs to none of these."), frozenset(), AT_ONCE),
)
BY_KEY = {stream.key: stream for stream in STREAMS}


def stream_of(kind: str) -> Stream:
    """The stream of a kind; what no stream names flows into the last one."""
    return next((stream for stream in STREAMS if kind in stream.kinds), STREAMS[-1])


def default_of(stream: Stream) -> str:
    """How a stream comes to a reader who has not chosen."""
    return stream.default


def is_refusable(kind: str, official: bool) -> bool:
    """Whether a reader may choose how this comes."""
    return not official and kind not in OFFICIAL
