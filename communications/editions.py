"""What an edition says in words, and what has changed between the one that an organization approved and today's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communications.models import Cover, CoverEdition
from communications.queries.letters import COVER_FIELDS
from documents.comparison import Line, compare_texts
from organizations.models import Contact


def labels() -> list[tuple[str, str]]:
    """The parts of a cover with their names, as forms and pages call them."""
    return [(name, str(Cover._meta.get_field(name).verbose_name).capitalize()) for name in COVER_FIELDS]


def words_of(content: dict[str, Any]) -> str:
    """An edition as plain text, one part below the other, so that two can be compared."""
    audience, cover = content["audience"], content["cover"]
    capacities = [str(Contact.Capacity(value).label) for value in audience["capacities"]]
    parts = [f"{label}: {cover[name]}" for name, label in labels() if cover.get(name)]
    return "\n".join(
        [
            *parts,
            _("Subject: %(subject)s") % {"subject": content["subject"]},
            content["body"],
            _("Attached: %(names)s") % {"names": ", ".join(content["attachments"]) or "–"},
            _("Audience: %(groups)s of %(organizations)s")
            % {"groups": ", ".join(capacities), "organizations": ", ".join(audience["organizations"])},
            *_narrowing(audience),
        ]
    )


def _narrowing(audience: dict[str, Any]) -> list[str]:
    lines = []
    if audience["committee_kinds"]:
        lines.append(_("Only these kinds of committee: %(kinds)s") % {"kinds": ", ".join(audience["committee_kinds"])})
    if audience["country"]:
        lines.append(_("Only this country: %(country)s") % {"country": audience["country"]})
    return lines


def last_judged(cover: Cover) -> CoverEdition | None:
    """The newest earlier edition on which the cover's own organization gave a verdict."""
    rows = cover.editions.filter(number__lt=cover.edition, approvals__organization=cover.organization)
    return rows.order_by("-number").first()


def changes_since(cover: Cover) -> list[Line]:
    """The changes since that edition, word by word; nothing when there is none."""
    earlier = last_judged(cover)
    if earlier is None:
        return []
    current = cover.editions.get(number=cover.edition)
    lines = compare_texts(words_of(earlier.content), words_of(current.content))
    return [line for line in lines if any(change.kind != "same" for change in line)]


def differences(covers: list[Cover]) -> list[dict[str, Any]]:
    """The three covers side by side: each part with its words per organization, and whether they differ."""
    rows = []
    for name, label in labels():
        values = [(cover.organization, getattr(cover, name)) for cover in covers]
        rows.append(
            {"name": name, "label": label, "values": values, "differ": len({value for _o, value in values}) > 1}
        )
    return rows
