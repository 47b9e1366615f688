"""The comments go to the organization concerned: one package, checked before it goes and kept as it was sent."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date, format_moment
from core.moves import Refused, Stale, check
from documents.judge import judge_upload
from documents.publishing.content import Content, fingerprint
from documents.publishing.formats import render
from documents.services.register import store_file
from organizations.queries import secretaries
from post.services.mailings import FileSpec, RecipientSpec, is_address
from post.services.notices import short_subject
from proposals.models import ForwardedComments, Interest, Proposal
from proposals.papers.forwarded import compose_forwarded
from proposals.queries.comments import comment_lines, comments_since, disposed_in_words
from proposals.queries.proposals import interests_of
from proposals.services.notices import Notice, send_notice
from proposals.services.proposals import check_comments_closed
from proposals.services.record import day_of, moment_of, move_proposal
from proposals.workflow import MOVES


@dataclass(frozen=True)
class Package:
    """What would be sent now and to whom. `stamp` names exactly this: other comments, another disposition or another
    recipient give another one."""

    proposal: Proposal
    content: Content
    readers: list[Any]
    address: str
    count: int
    new: int
    last: ForwardedComments | None
    notice: Notice

    @property
    def recipients(self) -> list[str]:
        """Everybody with the address, the named address last."""
        return [f"{user} <{user.email}>" for user in self.readers] + ([self.address] if self.address else [])

    @property
    def subject(self) -> str:
        """As the mail bears it."""
        return short_subject(self.notice.subject)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.content.body)

    @property
    def stamp(self) -> str:
        return hashlib.sha256(repr((self.fingerprint, self.recipients)).encode()).hexdigest()

    @property
    def is_sent_already(self) -> bool:
        """Whether all of them have got exactly this."""
        last = self.last
        return bool(last and last.fingerprint == self.fingerprint and set(self.recipients) <= set(last.recipients))


def package_for(proposal: Proposal, address: str = "") -> Package:
    """The comments as they stand, for the secretaries of the receiving organization and, if named, one address more."""
    content = compose_forwarded(proposal)
    last = proposal.forwarded.last()
    lines = comment_lines(proposal)
    words = _words(len(lines))
    disposed = disposed_in_words([line.remark for line in lines])
    return Package(
        proposal,
        content,
        secretaries(proposal.organization),
        address,
        len(lines),
        comments_since(proposal, last),
        last,
        _notice(proposal, words, disposed, last),
    )


def _words(count: int) -> str:
    return ngettext("%(n)d comment", "%(n)d comments", count) % {"n": count}


def _notice(proposal: Proposal, words: str, disposed: str, last: ForwardedComments | None) -> Notice:
    organization = proposal.organization
    facts = {"count": words, "reference": proposal.reference, "board": organization.board}
    since = _("They were forwarded before, on %(day)s; this table replaces that one.")
    parts = [
        proposal.in_words,
        _(
            "The attached Word file holds every comment with its disposition, the interests that were declared and, as "
            "far as it is answered, the checklist of considerations."
        ),
        _("Dispositions: %(counts)s.") % {"counts": disposed} if disposed else "",
        since % {"day": format_date(last.at)} if last else "",
    ]
    return Notice(
        kind="forward",
        subject=_("Comments of SPCG on %(title)s") % {"title": proposal.title},
        lead=_("%(count)s on %(reference)s, for %(board)s.") % facts,
        text="\n\n".join(part for part in parts if part),
        url=f"{proposal.get_absolute_url()}#comments",
        action=_("Open the comments"),
        reason=_("You receive this because comments on a proposal to %(board)s are sent to you.") % facts,
    )


@transaction.atomic
def forward_comments(
    proposal: Proposal,
    by: Any,
    *,
    address: str = "",
    checked: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ForwardedComments:
    """Sends the table of comments to the secretaries of the organization concerned, and to `address` if one is named,
    after comments closed; the sender gets a copy, and the very file is kept. Later comments are forwarded again.

    The same token again returns the first sending. Raises Stale when comments or recipients are no longer what was
    `checked`, Refused when nobody has answered or all of them have exactly this already."""
    known = ForwardedComments.objects.filter(token=token, proposal=proposal).first() if token else None
    if known:
        return known
    check(proposal, MOVES["forward"], by)
    check_comments_closed(proposal, at)
    _check_something_is_said(proposal)
    again = proposal.forwarded.exists()
    counted = _words(proposal.remarks.count())
    facts = {"count": counted, "organization": proposal.organization}
    text = _("forwarded %(count)s to %(organization)s again") if again else _("forwarded %(count)s to %(organization)s")
    move_proposal(proposal, "forward", by, text % facts, at=at)
    # The move has locked the proposal's row: what is read from here on, a second sender waits for.
    package = package_for(proposal, address)
    if checked and package.stamp != checked:
        raise Stale(_("What would be sent is no longer what you checked. Look at it again before it goes out."))
    if package.is_sent_already:
        raise Refused(
            _("They have exactly this already. Forward again when there is a newer comment, disposition or answer.")
        )
    if not package.recipients:
        raise Refused(_("%(organization)s has no secretary. Name an address.") % facts)
    return _send(package, by, token, at)


def _check_something_is_said(proposal: Proposal) -> None:
    if not proposal.remarks.exists() and not proposal.interests.exclude(answer=Interest.Answer.NO_ANSWER).exists():
        raise Refused(_("Nobody has commented or declared an interest. Close it without action instead."))


def _send(package: Package, by: Any, token: uuid.UUID | None, at: datetime | None) -> ForwardedComments:
    proposal, address = package.proposal, package.address
    if address and not is_address(address):
        raise Refused(_("Enter one e-mail address, for example office@iso.example."))
    forwarded = ForwardedComments.objects.create(
        proposal=proposal,
        at=moment_of(at),
        by=by,
        by_label=str(by),
        count=package.count,
        text=comments_in_words(proposal),
        token=token or uuid.uuid4(),
        fingerprint=package.fingerprint,
        recipients=package.recipients,
    )
    file = _keep(forwarded, package, by, at)
    readers = package.readers if by in package.readers else [*package.readers, by]
    also = (RecipientSpec(address, address, salutation=_("Good day,")),) if address else ()
    send_notice(readers, package.notice, proposal, by, at, files=(file,), also=also)
    return forwarded


def _keep(forwarded: ForwardedComments, package: Package, by: Any, at: datetime | None) -> FileSpec:
    data = render(package.content, "docx")
    name = _("Comments on %(reference)s of %(day)s.docx") % {
        "reference": package.proposal.reference,
        "day": day_of(at).isoformat(),
    }
    judged = judge_upload(name, BytesIO(data.data))
    store_file(forwarded.attachments, by, judged, ContentFile(data.data), at=at)
    return FileSpec(judged.safe_name, data.content_type, data.data)


def comments_in_words(proposal: Proposal) -> str:
    """All comments, replies and declared interests as one text, as they stood when they were forwarded."""
    lines = [_said(line) for line in comment_lines(proposal)]
    declared = [item for item in interests_of(proposal) if not item.is_open]
    if declared:
        lines.append(_("Declared interests"))
    lines += [f"{item}. {item.note}".strip() for item in declared]
    return "\n\n".join(lines)


def _said(line: Any) -> str:
    remark = line.remark
    marks = [line.who, format_moment(remark.at), line.stance.lower(), *line.marks]
    disposed = f"\n{line.disposition}. {remark.disposition_reason}".rstrip() if line.disposition else ""
    return f"{', '.join(mark for mark in marks if mark)}:\n{remark.text}{disposed}"
