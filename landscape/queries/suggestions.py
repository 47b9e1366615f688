"""Named reads of suggested edits: what each would change in the text that stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import User
from core.registry import Waiting
from documents.comparison import Line, compare_texts
from landscape.merging import merge
from landscape.models import Area, AreaSuggestion
from landscape.permissions import can_judge
from organizations.queries import secretaries
from organizations.standing import Role, standing_of

State = AreaSuggestion.State
MOST_SHOWN = 20
MOST_DECIDED = 5


@dataclass(frozen=True)
class Suggested:
    """A suggestion against the text that stands: the paragraphs that it changes, word by word. Where its words have
    changed since, `fits` is false and the paragraphs are those of the text that it was made for."""

    suggestion: AreaSuggestion
    lines: list[Line]
    fits: bool

    @property
    def already(self) -> bool:
        """Whether the text says so already."""
        return self.fits and not self.lines


def merged_text(suggestion: AreaSuggestion, current: str) -> str | None:
    """The text that stands with the suggestion in it; None where the words it changes have changed since."""
    return merge(suggestion.base.text, current, suggestion.text)


def suggested(suggestion: AreaSuggestion, current: str) -> Suggested:
    """What the suggestion would change in `current`."""
    merged = merged_text(suggestion, current)
    before, after = (suggestion.base.text, suggestion.text) if merged is None else (current, merged)
    return Suggested(suggestion, changed_lines(before, after), merged is not None)


def changed_lines(before: str, after: str) -> list[Line]:
    """The paragraphs that differ, word by word."""
    return [line for line in compare_texts(before, after) if any(change.kind != "same" for change in line)]


def suggestions_of(area: Area) -> QuerySet[AreaSuggestion]:
    """All suggestions for an area, oldest first."""
    return area.suggestions.select_related("base", "organization", "author", "subject__owner")


def open_suggestions(area: Area, start: int = 0) -> list[Suggested]:
    """The suggestions that nobody has decided, the oldest first, MOST_SHOWN from number `start` on; each against the
    text that stands."""
    rows = suggestions_of(area).filter(state=State.OPEN)
    return [suggested(item, area.text) for item in rows[start : start + MOST_SHOWN]]


def decided_suggestions(area: Area) -> Iterable[AreaSuggestion]:
    """The last suggestions that were accepted or rejected, newest first."""
    rows = suggestions_of(area).filter(state__in=[State.ACCEPTED, State.REJECTED])
    return rows.order_by("-decided_at", "-pk")[:MOST_DECIDED]


def judges(area: Area) -> list[User]:
    """Who may accept or reject: the secretaries of the owner; of all organizations, where the owner is not known."""
    return secretaries(area.owner, "may_write")


def waiting_suggestions(user: Any) -> list[Waiting]:
    """The areas whose suggested edits wait for this secretary, one line per area; constant queries."""
    if not standing_of(user).holds(Role.SECRETARY, right="may_write"):
        return []
    rows = Area.objects.filter(suggestions__state=State.OPEN, state=Area.State.OPEN).select_related("owner")
    made_up = Count("suggestions", filter=Q(suggestions__illustrative=True))
    counted = rows.annotate(waiting=Count("suggestions"), made_up=made_up).order_by("position", "pk")
    return [_waiting(area) for area in counted if can_judge(user, area)]


def _waiting(area: Any) -> Waiting:
    words = {"n": area.waiting, "area": area.name}
    title = ngettext("%(n)d suggested edit of %(area)s", "%(n)d suggested edits of %(area)s", area.waiting)
    return Waiting(
        title=title % words,
        sentence=_("Accept or reject it; the author is told."),
        url=f"{reverse('landscape:area', args=[area.slug])}#suggestions",
        action=_("Read and decide"),
        illustrative_mark=_mark(area),
    )


def _mark(area: Any) -> str:
    """What says that the area, or every suggestion that waits in it, is made up."""
    return area.illustrative_mark or AreaSuggestion(illustrative=area.made_up == area.waiting).illustrative_mark
