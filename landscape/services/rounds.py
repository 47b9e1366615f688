"""Priority rounds: opened and closed by secretaries, scored by members."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import format_date, in_geneva
from core.history import record
from core.moves import NotAllowed, Refused, WrongState, make
from landscape.models import Area, Criterion, PriorityRound, Score, ScoreReason
from landscape.permissions import can_open_round, can_score
from landscape.queries import areas, score_url, shown_round
from landscape.services.decisions import keep_result
from landscape.workflow import ROUND_MOVES
from organizations.models import Organization
from organizations.queries import Role, people, standing_of
from post.services.notices import notify

# Name, question, weight. The scale runs the same way for all: 5 speaks for more support.
DEFAULT_CRITERIA = (
    (
        gettext_lazy("Impact if uncoordinated"),
        gettext_lazy("How much harm would it do if the three organizations worked on this without coordination?"),
        1,
    ),
    (gettext_lazy("Degree of overlap"), gettext_lazy("How much do the programmes of work overlap?"), 1),
    (gettext_lazy("Urgency"), gettext_lazy("How soon is better coordination needed?"), 1),
    (
        gettext_lazy("Readiness of the committees"),
        gettext_lazy("How ready are the committees to take up extra support?"),
        1,
    ),
)
MOST_CRITERIA = 6
S = PriorityRound.State


def questions_to_begin_with() -> list[tuple[str, str, int]]:
    """The questions of the newest round, with their weights; DEFAULT_CRITERIA before the first."""
    newest = shown_round()
    if newest is None:
        return [(str(name), str(question), weight) for name, question, weight in DEFAULT_CRITERIA]
    return list(newest.criteria.values_list("name", "question", "weight"))


@transaction.atomic
def open_round(
    by: Any,
    *,
    title: str,
    closes_on: date,
    criteria: Iterable[tuple[str, str, int]] | None = None,
    illustrative: bool = False,
    illustrative_note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> PriorityRound:
    """Opens a round until the end of `closes_on` in Geneva and invites every member. `criteria` are name, question
    and weight 1 to 100, at most six; the four of DEFAULT_CRITERIA unless given. They are the round's own and never
    change, so that an earlier round keeps what it asked. The same token again returns the first round.

    Raises Refused while another round takes scores, when there is no area, and for questions that are none; a round
    that the clock has ended is closed on the way."""
    if not (can_open_round(by) or at is not None):
        raise NotAllowed(_("Secretaries open priority rounds. Ask the secretary of your organization."))
    known = PriorityRound.objects.filter(token=token).first() if token else None
    if known:
        return known
    first = areas().first()
    if first is None:
        raise Refused(_("There is no area to score yet."))
    opens_on = in_geneva(at or timezone.now()).date()
    if closes_on < opens_on:
        raise Refused(_("The last day of scoring is in the past."))
    asked = [(str(name), str(question), weight) for name, question, weight in criteria or DEFAULT_CRITERIA]
    _check_questions(asked)
    if _clear_the_way(by, token, at):
        return PriorityRound.objects.get(token=token)
    marks = {"illustrative": illustrative, "illustrative_note": illustrative_note}
    values = {"title": title, "opens_on": opens_on, "closes_on": closes_on, "token": token or uuid.uuid4(), **marks}
    round, created = _create_round(values)
    if not created:
        return round
    for position, (name, question, weight) in enumerate(asked):
        round.criteria.create(name=name, question=question, weight=weight, position=position)
    words = {"title": title, "day": format_date(closes_on)}
    said = _("opened “%(title)s” for scoring until %(day)s") % words
    record(round, "open", by, said, after={"questions": asked}, at=at)
    _invite(round, first, by, at)
    return round


def _check_questions(asked: list[tuple[str, str, int]]) -> None:
    names = {name.strip().lower() for name, _question, _weight in asked}
    whole = all(name.strip() and question.strip() and 1 <= weight <= 100 for name, question, weight in asked)
    if not whole or not 1 <= len(names) == len(asked) <= MOST_CRITERIA:
        raise Refused(_("Ask one to six questions, each with a name of its own, its words and a weight from 1 to 100."))


def _clear_the_way(by: Any, token: uuid.UUID | None, at: datetime | None) -> bool:
    """Closes a round that the clock has ended; says whether the one that is open came of this token, an instant ago."""
    running = PriorityRound.objects.filter(state=S.OPEN).first()
    if running is None or running.token == token:
        return running is not None
    if not running.is_over(at):
        raise Refused(_("“%(title)s” still takes scores. Close it first.") % {"title": running.title})
    PriorityRound.objects.filter(pk=running.pk).update(state=S.CLOSED, closed_at=at or timezone.now())
    record(running, "close", by, _("closed the round, whose time was over"), at=at)
    return False


def _create_round(values: dict[str, Any]) -> tuple[PriorityRound, bool]:
    """The one open round and the token decide between two at one instant; says whether the round is new."""
    try:
        with transaction.atomic():
            return PriorityRound.objects.create(**values), True
    except IntegrityError:
        known = PriorityRound.objects.filter(token=values["token"]).first()
        if known:
            return known, False
        raise Refused(_("Somebody has just opened a round.")) from None


def _invite(round: PriorityRound, first: Area, by: Any, at: datetime | None) -> None:
    words = {"title": round.title, "day": format_date(round.closes_on, weekday=True), "n": areas().count()}
    notify(
        people(Role.MEMBER),
        kind="landscape",
        subject=_("Score the landscape by %(day)s") % {"day": format_date(round.closes_on)},
        lead=_("“%(title)s” is open: say for each of %(n)d areas how much extra support on coordination it needs.")
        % words,
        text=_("Scoring closes on %(day)s at 23:59, Geneva time. Others see your scores once they have scored.")
        % words,
        reason=_("You are a member of SPCG."),
        url=score_url(first),
        action=_("Score the first area"),
        by=by,
        at=at,
    )


@transaction.atomic
def close_round(round: PriorityRound, by: Any, *, at: datetime | None = None) -> None:
    """Ends the scoring; from now on everybody sees all scores. Members are told that the result is there."""
    closed_at = at or timezone.now()
    make(round, ROUND_MOVES["close_round"], by, closed_at=closed_at)
    record(round, "close", by, _("closed “%(title)s”") % {"title": round.title}, at=at)
    notify(
        [person for person in people(Role.SECRETARY, Role.MEMBER) if person.pk != getattr(by, "pk", None)],
        kind="landscape",
        subject=_("Landscape: the result of %(title)s") % {"title": round.title},
        text=_("Scoring has closed. The ranking shows which areas need extra support on coordination."),
        reason=_("You take part in SPCG."),
        url=round.get_absolute_url(),
        action=_("See the ranking"),
        by=by,
        at=at,
    )


@transaction.atomic
def score_area(
    round: PriorityRound,
    area: Area,
    by: Any,
    values: dict[int, int | None],
    reason: str = "",
    *,
    at: datetime | None = None,
) -> None:
    """A member's answers for one area: for every criterion of the round 1 to 5, or None to abstain. Until the
    round closes the member may change them; the same answers again change nothing.

    Raises NotAllowed for anyone but a member, WrongState when scoring has ended or the area is closed."""
    if not can_score(by, area):
        raise NotAllowed(_("Members score the areas. Secretaries and observers read the result."))
    _hold_open(round, area, at)
    criteria = {item.pk: item for item in round.criteria.all()}
    if set(values) != set(criteria) or any(value not in (None, 1, 2, 3, 4, 5) for value in values.values()):
        raise Refused(_("Answer every criterion from 1 to 5, or abstain."))
    organization = _organization_of(by)
    changed = [_put(round, criteria[pk], area, by, organization, value, at) for pk, value in values.items()]
    if any(changed):
        keep_result(round, area)
    if _put_reason(round, area, by, organization, reason, at) or any(changed):
        # What was answered stays out of the history: it is hidden until the round closes.
        record(area, "score", by, _("scored it in “%(title)s”") % {"title": round.title}, at=at)


def _hold_open(round: PriorityRound, area: Area, at: datetime | None) -> None:
    """The update is the lock: a round that closes at the same moment takes this score before it closes, or not."""
    if round.is_over(at) or not PriorityRound.objects.filter(pk=round.pk, state=S.OPEN).update(state=S.OPEN):
        raise WrongState(_("Scoring closed on %(day)s.") % {"day": format_date(round.closes_on)})
    if not area.is_open:
        raise WrongState(_("This area is closed and takes no more scores."))


def _organization_of(member: Any) -> Organization:
    return next(item.organization for item in standing_of(member).appointments if item.role == Role.MEMBER)


def _put(
    round: PriorityRound,
    criterion: Criterion,
    area: Area,
    by: Any,
    organization: Organization,
    value: int | None,
    at: datetime | None,
) -> bool:
    keys = {"criterion": criterion, "area": area, "user": by}
    known = Score.objects.filter(**keys).first()
    if known and known.value == value and known.organization_id == organization.pk:
        return False
    values = {"round": round, "organization": organization, "value": value, "at": at or timezone.now()}
    Score.objects.update_or_create(**keys, defaults=values)
    return True


def _put_reason(
    round: PriorityRound, area: Area, by: Any, organization: Organization, text: str, at: datetime | None
) -> bool:
    keys = {"round": round, "area": area, "user": by}
    known = ScoreReason.objects.filter(**keys).first()
    if (known.text if known else "") == text:
        return False
    if not text:
        known.delete()
        return True
    values = {"organization": organization, "text": text, "user_label": str(by), "at": at or timezone.now()}
    ScoreReason.objects.update_or_create(**keys, defaults=values)
    return True
