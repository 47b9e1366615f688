"""What an edition says in words, and what has changed between the one that an organization approved and today's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import reduce
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from communications.models import Cover, CoverEdition
from communications.queries.letters import COVER_FIELDS
from core.dates import format_date
from documents.comparison import Line, compare_texts
from organizations.models import Contact, Organization

_WORDS = re.compile(r"\S+\s*|^\s+")


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


@dataclass(frozen=True)
class Part:
    """A stretch of one cover's words; `differs` when the other covers do not have it in this place."""

    text: str
    differs: bool


def differences(covers: list[Cover]) -> list[dict[str, Any]]:
    """The covers side by side: each part with its words per organization, and which of them only some covers have."""
    rows = []
    for label, values in _parts_of(covers):
        parts = mark_differences([value for _organization, value in values])
        differ = any(part.differs for cover in parts for part in cover)
        shown = [(organization, found) for (organization, _value), found in zip(values, parts, strict=True)]
        rows.append({"label": label, "values": shown, "differ": differ})
    return rows


def _parts_of(covers: list[Cover]) -> Iterator[tuple[str, list[tuple[Organization, str]]]]:
    """Letterhead, then the fields of the cover, then the line at the foot, as they are sent."""
    yield _("Letterhead"), [(cover.organization, _letterhead(cover.organization)) for cover in covers]
    for name, label in labels():
        yield label, [(cover.organization, _words_in(cover, name)) for cover in covers]
    yield _("Address"), [(cover.organization, cover.organization.address) for cover in covers]


def _letterhead(organization: Organization) -> str:
    return "\n".join(dict.fromkeys(filter(None, (organization.name, organization.office))))


def _words_in(cover: Cover, name: str) -> str:
    if name == "dated_on":
        return format_date(cover.dated_on) or _("day of sending")
    return getattr(cover, name) or "–"


def mark_differences(texts: list[str]) -> list[list[Part]]:
    """Each text in stretches; what is not marked stands in all of them, in the same order."""
    split = [_WORDS.findall(text) for text in texts]
    common = reduce(_common, ([word.strip() for word in words] for words in split)) if split else []
    return [_marked(words, common) for words in split]


def _common(first: list[str], second: list[str]) -> list[str]:
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return [word for block in blocks for word in first[block.a : block.a + block.size]]


def _marked(words: list[str], common: list[str]) -> list[Part]:
    marked, place = [], 0
    for word in words:
        same = place < len(common) and word.strip() == common[place]
        place += same
        marked.append((word, not same))
    return [Part("".join(word for word, _d in run), differs) for differs, run in groupby(marked, lambda item: item[1])]
