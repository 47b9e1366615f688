"""The comments of an area as its page shows them."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from landscape.models import Area, AreaRemark
from landscape.pieces import drawn


def draw_thread(
    area: Area, remark: AreaRemark, reader: Any, tokens: dict[str, str] | None, *, found: bool, typed: dict[str, str]
) -> SafeString:
    """A comment with its replies and, where there are tokens to answer with, its forms; `found` says that its passage
    stands in the text. A reply that was typed and not sent stands in its field."""
    since, replies = reader.previous_visit_at, list(remark.replies.all())
    for item in (remark, *replies):
        item.fresh = bool(since and item.at > since and item.author_id != reader.pk)
    own = typed.get("text", "") if typed.get("parent") == str(remark.pk) else None
    key = (area.slug, found, tokens is not None, own, _shown(remark), *map(_shown, replies))
    context = {"remark": remark, "replies": replies, "area": area, "found": found, "typed": own}
    return drawn("landscape/_thread.html", key, {**context, "can_comment": tokens is not None}, tokens)


def _shown(remark: AreaRemark) -> tuple[Any, ...]:
    """All that the page shows of a comment."""
    return (
        *(remark.pk, remark.author_label, str(remark.committee or ""), getattr(remark.organization, "code", "")),
        *(remark.at, remark.illustrative_mark, remark.fresh, remark.text, remark.quote),
        *(remark.resolved_at, remark.resolved_label, remark.resolution, getattr(remark, "number", 0)),
        remark.revision.number if remark.quote and remark.revision else 0,
    )
