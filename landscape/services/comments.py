"""Comments on areas."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.history import record
from core.moves import Refused, WrongState
from core.search import index
from landscape.models import Area, AreaRemark, AreaRevision
from landscape.passages import Passage, find, passage_at, plain_text
from landscape.queries import newest_revision, watchers
from organizations.models import Committee
from organizations.services import remarks
from post.services.notices import notify


@transaction.atomic
def comment_on_area(
    area: Area,
    by: Any,
    text: str,
    *,
    committee: Committee | None = None,
    parent: AreaRemark | None = None,
    passage: Passage | None = None,
    revision: AreaRevision | None = None,
    token: uuid.UUID | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> AreaRemark:
    """Adds a comment for the writer's organization or one of its committees, or a reply to `parent`, and tells
    those who watch the area. The same words with the same token are a second click and return the first comment.

    With `passage` the comment is on these words of `revision` (the newest, if none is named); a reply is on what its
    comment is on. Raises Refused if that text does not have the words."""
    if not area.is_open:
        raise WrongState(_("This area is closed and takes no more comments."))
    values = {"committee": committee, "parent": parent, "at": at, "illustrative": illustrative}
    if passage and not parent:
        values |= _anchor(passage, revision or newest_revision(area))
    remark, created = remarks.add_remark(area, by, text, token=token, **values)
    if created:
        said = _("replied to a comment") if parent else _("commented")
        code = remark.organization.code if remark.organization else ""
        record(area, "comment", by, said, organization=code, after={"remark": remark.pk}, at=at)
        index_remark(remark)
        _tell(area, by, remark, at)
    return remark


def _anchor(passage: Passage, revision: AreaRevision) -> dict[str, Any]:
    plain = plain_text(revision.text)
    place = find(passage, plain)
    if place is None:
        raise Refused(_("These words are not in the text. Choose the passage again."))
    passage = passage_at(plain, *place)
    return {
        "revision": revision,
        "quote": passage.quote,
        "words_before": passage.before,
        "words_after": passage.after,
    }


def index_remark(remark: AreaRemark) -> None:
    """One search row per comment on an area, with the passage that it is on; all who read areas read it."""
    title = _("%(author)s on “%(area)s”") % {"author": remark.author_label, "area": remark.subject.name}
    address = f"{remark.subject.get_absolute_url()}#remark-{remark.pk}"
    index("remark", remark.pk, title, f"{remark.text}\n{remark.quote}", address, called=False)


def _tell(area: Area, by: Any, remark: AreaRemark, at: datetime | None) -> None:
    notify(
        [person for person in watchers(area) if person.pk != by.pk],
        kind="landscape",
        subject=_("Landscape: comment on %(area)s") % {"area": area.name},
        lead=_("%(by)s commented on “%(area)s”.") % {"by": by, "area": area.name},
        text=_quoted(remark),
        reason=_("You commented on this area, edited it, or your organization keeps it."),
        url=reverse("landscape:comment", args=[area.slug]),
        action=_("Read and answer"),
        by=by,
        thread=f"landscape-{area.slug}",
        at=at,
    )


def _quoted(remark: AreaRemark) -> str:
    """What the comment says, after the passage that it is on."""
    return f"“{Truncator(remark.quote).chars(200)}”\n\n{remark.text}" if remark.quote else remark.text


@transaction.atomic
def resolve_comment(remark: AreaRemark, by: Any, resolution: str = "", *, at: datetime | None = None) -> None:
    """Marks a comment as resolved, with a word how; twice changes nothing."""
    _hold(remark)
    was_open = remark.resolved_at is None
    remarks.resolve_remark(remark, by, resolution, at=at)
    if was_open:
        text = _("resolved the comment of %(author)s") % {"author": remark.author_label}
        text = f"{text}: {resolution}" if resolution else text
        record(remark.subject, "resolve", by, text, after={"remark": remark.pk}, at=at)


def _hold(remark: AreaRemark) -> None:
    """The update is the lock: of two who resolve at one instant, the second sees that it is done."""
    if not remark.subject.is_open:
        raise WrongState(_("This area is closed: its comments stay as they are."))
    AreaRemark.objects.filter(pk=remark.pk).update(resolved_at=F("resolved_at"))
    remark.refresh_from_db()


@transaction.atomic
def reopen_comment(remark: AreaRemark, by: Any, *, at: datetime | None = None) -> None:
    """Takes a resolution back; twice changes nothing."""
    _hold(remark)
    was_resolved = remark.resolved_at is not None
    remarks.reopen_remark(remark, by)
    if was_resolved:
        text = _("reopened the comment of %(author)s") % {"author": remark.author_label}
        record(remark.subject, "reopen", by, text, after={"remark": remark.pk}, at=at)
