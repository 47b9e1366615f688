"""The writers of suggested edits: made by members, decided by a secretary of the organization that keeps the area."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.history import record
from core.moves import Conflict, NotAllowed, Refused, Stale, WrongState, check, make
from landscape.merging import merge
from landscape.models import Area, AreaRevision, AreaSuggestion
from landscape.permissions import can_suggest
from landscape.queries import judges, merged_text
from landscape.services.areas import save_revision, tell_of_change
from landscape.workflow import SUGGESTION_MOVES
from organizations.queries import standing_of
from post.services.notices import notify


@transaction.atomic
def suggest_edit(
    area: Area,
    by: Any,
    base: AreaRevision,
    text: str,
    *,
    reason: str,
    instead_of: AreaSuggestion | None = None,
    token: uuid.UUID | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> AreaSuggestion:
    """Keeps `text`, made out of the revision `base`, as a suggestion for the area's text, and tells those who decide.
    `instead_of` is the author's own open suggestion that is made again. The same token again is the first suggestion.

    Raises Refused if nothing is changed, and Conflict if the words that it changes have changed since `base`."""
    if not can_suggest(by, area):
        raise NotAllowed(_("Members and secretaries suggest edits. Ask the secretary of your organization."))
    known = AreaSuggestion.objects.filter(token=token).first() if token else None
    if known:
        return known
    _check_suggestion(area, base, text)
    suggestion, created = AreaSuggestion.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={
            "subject": area,
            "base": base,
            "text": text,
            "reason": reason,
            "author": by,
            "author_label": str(by),
            "organization": standing_of(by).organization,
            "illustrative": illustrative,
            "at": at or timezone.now(),
        },
    )
    if not created:
        return suggestion
    if instead_of:
        withdraw_suggestion(instead_of, by, _("Made again"), at=at)
    said = _("suggested an edit of the text: %(reason)s") % {"reason": reason}
    record(area, "suggest", by, said, organization=_code(suggestion), after={"suggestion": suggestion.pk}, at=at)
    _tell_judges(suggestion, by, at)
    return suggestion


def _check_suggestion(area: Area, base: AreaRevision, text: str) -> None:
    _check_open(area)
    current = Area.objects.select_related("owner").get(pk=area.pk)
    merged = merge(base.text, current.text, text)
    if merged is None:
        raise Conflict(current)
    if merged == current.text:
        raise Refused(_("The text says so already. Change the words that you want changed."))


def _check_open(area: Area) -> None:
    if not area.is_open:
        raise WrongState(_("This area is closed. Open it again to change it."))


def _code(suggestion: AreaSuggestion) -> str:
    return suggestion.organization.code if suggestion.organization else ""


@transaction.atomic
def accept_suggestion(suggestion: AreaSuggestion, by: Any, word: str, *, at: datetime | None = None) -> AreaRevision:
    """Puts the suggestion into the text that stands, as a revision of its author, with the secretary's word. Every
    other suggestion whose words this one leaves alone stays good.

    Raises Refused if its words have changed since: then it must be made again."""
    check(suggestion, SUGGESTION_MOVES["accept"], by)
    area = Area.objects.select_related("owner").get(pk=suggestion.subject_id)
    merged = merged_text(suggestion, area.text)
    if merged is None:
        raise Refused(_("The words of this suggestion have changed since. Its author must make it again."))
    _decide(suggestion, "accept", by, word, at)
    said = _("accepted the suggestion of %(author)s: %(word)s") % {"author": suggestion.author_label, "word": word}
    if merged == area.text:
        record(area, "accept", by, said, after={"suggestion": suggestion.pk}, at=at)
    reason = _("%(reason)s (accepted by %(by)s: %(word)s)") % {"reason": suggestion.reason, "by": by, "word": word}
    values = {"reason": Truncator(reason).chars(300), "author": suggestion.author, "said": said, "at": at}
    try:
        revision = save_revision(area, by, area.version, "accept", {"text": merged}, **values)
    except Conflict:
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again.")) from None
    _tell_author(suggestion, by, _("accepted"), at)
    _tell_watchers(suggestion, area, by, at)
    return revision


@transaction.atomic
def reject_suggestion(suggestion: AreaSuggestion, by: Any, word: str, *, at: datetime | None = None) -> None:
    """Leaves the text as it is, with a word why; the author is told."""
    _decide(suggestion, "reject", by, word, at)
    words = {"author": suggestion.author_label, "word": word}
    said = _("rejected the suggestion of %(author)s: %(word)s") % words
    record(suggestion.subject, "reject", by, said, after={"suggestion": suggestion.pk}, at=at)
    _tell_author(suggestion, by, _("rejected"), at)


@transaction.atomic
def withdraw_suggestion(suggestion: AreaSuggestion, by: Any, word: str = "", *, at: datetime | None = None) -> None:
    """The author takes the suggestion back before anybody has decided."""
    _decide(suggestion, "withdraw", by, word, at)
    said = _("withdrew the own suggestion: %(reason)s") % {"reason": suggestion.reason}
    record(suggestion.subject, "withdraw", by, said, after={"suggestion": suggestion.pk}, at=at)


def _decide(suggestion: AreaSuggestion, move: str, by: Any, word: str, at: datetime | None) -> None:
    check(suggestion, SUGGESTION_MOVES[move], by)
    if move != "withdraw":
        _check_open(suggestion.subject)
    values = {"decided_at": at or timezone.now(), "decided_label": str(by), "word": word}
    make(suggestion, SUGGESTION_MOVES[move], by, **values)


def _tell_judges(suggestion: AreaSuggestion, by: Any, at: datetime | None) -> None:
    area = suggestion.subject
    notify(
        [person for person in judges(area) if person.pk != by.pk],
        kind="landscape",
        subject=_("Landscape: suggested edit of %(area)s") % {"area": area.name},
        lead=_("%(by)s suggests an edit of “%(area)s”.") % {"by": by, "area": area.name},
        text=suggestion.reason,
        reason=_("You decide on suggested edits of this area."),
        url=suggestion.get_absolute_url(),
        action=_("Read and decide"),
        by=by,
        thread=f"landscape-{area.slug}",
        at=at,
    )


def _tell_author(suggestion: AreaSuggestion, by: Any, verdict: str, at: datetime | None) -> None:
    area = suggestion.subject
    words = {"by": by, "verdict": verdict, "area": area.name}
    notify(
        [suggestion.author] if suggestion.author_id != by.pk else [],
        kind="landscape",
        subject=_("Landscape: your edit of %(area)s is %(verdict)s") % words,
        lead=_("%(by)s %(verdict)s your suggested edit of “%(area)s”.") % words,
        text=suggestion.word,
        reason=_("You suggested this edit."),
        url=suggestion.get_absolute_url(),
        action=_("Read the decision"),
        by=by,
        thread=f"landscape-{area.slug}",
        at=at,
    )


def _tell_watchers(suggestion: AreaSuggestion, area: Area, by: Any, at: datetime | None) -> None:
    words = {"by": by, "author": suggestion.author_label, "area": area.name}
    lead = _("%(by)s accepted an edit of “%(area)s” that %(author)s suggested.") % words
    tell_of_change(area, by, lead, suggestion.reason, besides=suggestion.author_id, at=at)
