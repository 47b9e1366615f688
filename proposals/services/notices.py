"""The words of this room's mails; the post office carries them."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.dates import deadline_at, distance, format_date, format_time
from core.forms import clean_line, clean_lines
from organizations.queries import everybody, secretaries
from post.models import Mailing
from post.services.mailings import BodySpec, FileSpec, RecipientSpec, open_mailing, slot
from post.services.notices import list_id, notify, site_link, words_of_mail
from proposals.models import Proposal


@dataclass(frozen=True)
class Notice:
    """One mail as every recipient reads it; the check page shows the same one before it goes."""

    kind: str
    subject: str
    lead: str
    text: str
    url: str
    action: str
    reason: str
    facts: tuple[tuple[str, str], ...] = field(default=())


def deadline_in_words(day: date) -> str:
    """Friday 23 October 2020, 23:59 CEST."""
    return f"{format_date(day, weekday=True)}, {format_time(deadline_at(day))}"


def _everybody_reason() -> str:
    return _("You receive this because you are a secretary or member of SPCG.")


def circulation_notice(proposal: Proposal, reply_by_on: date) -> Notice:
    """What every secretary and member reads when a proposal is circulated."""
    organization = proposal.organization
    return Notice(
        kind="circulate",
        subject=_("For comment by %(day)s: %(title)s") % {"day": format_date(reply_by_on), "title": proposal.title},
        lead=_("%(organization)s asks for your comments by %(day)s.")
        % {"organization": organization, "day": format_date(reply_by_on, weekday=True)},
        text="\n\n".join(
            [
                proposal.in_words,
                Truncator(proposal.scope).chars(900),
                _("Say what you think of it, and which committees of your organization it touches."),
            ]
        ),
        url=f"{proposal.get_absolute_url()}#comments",
        action=_("Read and comment"),
        reason=_everybody_reason(),
        facts=(
            (_("Reference"), proposal.reference),
            (_("Proposed by"), proposal.proposer),
            (_("Addressed to"), organization.board),
            (_("Comments close on"), deadline_in_words(reply_by_on)),
        ),
    )


def reminder_notice(proposal: Proposal, day: date) -> Notice:
    """What those read who have not answered, some days before the deadline."""
    facts = {"day": format_date(proposal.reply_by_on, weekday=True), "distance": distance(proposal.reply_by_on, day)}
    return Notice(
        kind="remind",
        subject=_("Comments close %(distance)s: %(title)s") % {**facts, "title": proposal.title},
        lead=_("Comments close on %(day)s, and you have not answered yet.") % facts,
        text="\n\n".join([proposal.in_words, _("If you have nothing to say, answer with one sentence.")]),
        url=f"{proposal.get_absolute_url()}#comments",
        action=_("Read and comment"),
        reason=_("You receive this because you are a secretary or member of SPCG and have not answered."),
        facts=(
            (_("Reference"), proposal.reference),
            (_("Comments close on"), deadline_in_words(proposal.reply_by_on)),
        ),
    )


def send_reminder(users: list[Any], notice: Notice, proposal: Proposal) -> None:
    """In the conversation of the circulation; who answers the mail writes to the secretary in charge."""
    in_charge = secretaries(proposal.organization)
    reply_to = in_charge[0].email if in_charge else ""
    notify(users, thread=proposal.reference, reply_to=reply_to, **asdict(notice))


def mail_words(notice: Notice, by: Any) -> dict[str, str]:
    """Subject, text and HTML of the mail as it goes out in the name of `by`, but for each recipient's salutation."""
    words = asdict(notice)
    lines = {name: clean_line(words[name]) for name in ("subject", "lead", "action")}
    facts = [(clean_line(str(name)), clean_line(str(value))) for name, value in notice.facts]
    link = site_link(words.pop("url"))
    context = {**words, **lines, "text": clean_lines(notice.text), "facts": facts, "link": link}
    return words_of_mail({**context, "by_label": clean_line(str(by)), "official": True})


def mail_preview(notice: Notice, reader: Any) -> dict[str, str]:
    """The mail as `reader`, who sends it, would receive it; the others' differs in the salutation."""
    salutation = _("Dear %(name)s,") % {"name": reader}
    words, place = mail_words(notice, reader), slot("salutation")
    html = words["html"].replace(place, escape(salutation))
    return {"subject": words["subject"], "text": words["text"].replace(place, salutation), "html": html}


def send_test(notice: Notice, proposal: Proposal, by: Any) -> None:
    """The very mail, to the one who is about to send it, and to nobody else."""
    body = BodySpec(auto_submitted=True, list_id=list_id("test"), **mail_words(notice, by), reply_to=by.email)
    reader = RecipientSpec(by.email, str(by), salutation=_("Dear %(name)s,") % {"name": by}, account=by)
    title = _("Test: %(title)s") % {"title": notice.subject}
    open_mailing(Mailing.Kind.NOTICE, f"test-{uuid.uuid4().hex}", title, bodies=[body], recipients=[reader])


def send_notice(
    users: list[Any],
    notice: Notice,
    proposal: Proposal,
    by: Any,
    at: datetime | None,
    *,
    files: tuple[FileSpec, ...] = (),
    also: tuple[RecipientSpec, ...] = (),
) -> None:
    """One mail for each of these people, and for the addresses of `also`; the sender gets a copy of the same text."""
    words = asdict(notice)
    common = {**words, "thread": proposal.reference, "reply_to": getattr(by, "email", ""), "at": at}
    common["files"] = files
    common["official"] = notice.kind in ("circulate", "forward")
    notify([user for user in users if user != by], by=by, also=also, **common)
    if by in users:
        copy = _("You receive this copy because you sent it.")
        notify([by], **{**common, "kind": "copy", "reason": copy})


def tell_everybody(
    proposal: Proposal, by: Any, *, subject: str, lead: str, text: str, at: datetime | None, fragment: str = ""
) -> None:
    """Tells all secretaries and members what became of a proposal that they had been asked about."""
    notice = Notice(
        kind="proposal",
        subject=subject,
        lead=lead,
        text="\n\n".join(part for part in (text, proposal.in_words) if part),
        url=f"{proposal.get_absolute_url()}{fragment}",
        action=_("Open the proposal"),
        reason=_everybody_reason(),
    )
    send_notice(everybody(), notice, proposal, by, at)


def tell_secretaries(
    proposal: Proposal, by: Any, *, kind: str, subject: str, lead: str, text: str, action: str, at: datetime | None
) -> None:
    """Tells the secretaries of the three organizations about the recommendation."""
    notify(
        secretaries(),
        kind=kind,
        subject=subject,
        lead=lead,
        text=text,
        url=f"{proposal.get_absolute_url()}#recommendation",
        action=action,
        reason=_("You receive this because you are a secretary of SPCG."),
        thread=proposal.reference,
        by=by,
        at=at,
    )
