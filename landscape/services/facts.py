"""What a revision keeps of an area besides its text, as plain values; and the rows that these stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.moves import Refused
from documents.models import Revision
from landscape.models import Area, AreaCommittee, AreaDocument, AreaMechanism, AreaRevision
from organizations.models import Committee, Organization

Committees = Iterable[Committee | tuple[Committee, str]]
# A kind and a detail, or these and the two committees between which the mechanism works.
Mechanisms = Iterable[tuple[str, str] | tuple[str, str, Committee | None, Committee | None]]
ROWS = ("committees", "mechanisms", "documents")
# What a form takes, a file takes, and no more: an area that came out of a file can be edited on its page.
LONGEST_TEXT, LONGEST_SOURCE = 50_000, 2000
MOST_COMMITTEES, MOST_MECHANISMS, MOST_DOCUMENTS = 60, 20, 40


def facts_of(area: Area) -> dict[str, Any]:
    """Everything that a revision keeps of an area, as plain values."""
    mechanisms = area.mechanisms.select_related("first", "second")
    return {
        "name": area.name,
        "text": area.text,
        "owner": area.owner.code if area.owner else "",
        "source": area.source,
        "committees": [[row.committee.acronym, row.role] for row in area.committees.select_related("committee")],
        "mechanisms": [_plain_mechanism((row.kind, row.detail, row.first, row.second)) for row in mechanisms],
        "documents": [row.revision.reference for row in area.documents.select_related("revision__document")],
    }


def plain(changes: dict[str, Any]) -> dict[str, Any]:
    """Changes as a revision would keep them."""
    values = dict(changes)
    if "owner" in values:
        values["owner"] = values["owner"].code if values["owner"] else ""
    if "committees" in values:
        values["committees"] = [[committee.acronym, role] for committee, role in _with_roles(values["committees"])]
    if "mechanisms" in values:
        values["mechanisms"] = [_plain_mechanism(item) for item in _once(values["mechanisms"])]
    if "documents" in values:
        values["documents"] = [revision.reference for revision in dict.fromkeys(values["documents"])]
    return values


def _plain_mechanism(item: tuple[Any, ...]) -> list[str]:
    kind, detail, *pair = item
    return [str(kind), detail, *(committee.acronym for committee in pair if committee)]


def _with_roles(committees: Committees) -> list[tuple[Committee, str]]:
    """Each committee once, in the order given; without a role the role is not known."""
    pairs = [item if isinstance(item, tuple) else (item, AreaCommittee.Role.UNKNOWN) for item in committees]
    return list({committee.pk: (committee, str(role)) for committee, role in pairs}.values())


def _once(mechanisms: Mechanisms) -> list[tuple[Any, ...]]:
    """Each mechanism once; a pair is the same in either order."""
    found = {}
    for kind, detail, *pair in mechanisms:
        both = sorted(filter(None, pair), key=lambda committee: committee.acronym)
        found[str(kind), detail, *(committee.pk for committee in both)] = (str(kind), detail, *both)
    return list(found.values())


def set_rows(area: Area, changes: dict[str, Any]) -> None:
    """Committees, mechanisms and documents named in `changes` take the place of those that stand.
    Raises Refused for a mechanism between committees that are not in the area, and for a draft, which not everybody
    who reads the area may see."""
    if "committees" in changes:
        area.committees.all().delete()
        AreaCommittee.objects.bulk_create(
            AreaCommittee(area=area, committee=committee, role=role, position=position)
            for position, (committee, role) in enumerate(_with_roles(changes["committees"]))
        )
    if "mechanisms" in changes:
        area.mechanisms.all().delete()
        AreaMechanism.objects.bulk_create(
            AreaMechanism(area=area, position=position, **_mechanism(item))
            for position, item in enumerate(_once(changes["mechanisms"]))
        )
    if "documents" in changes:
        _refuse_drafts(changes["documents"])
        area.documents.all().delete()
        AreaDocument.objects.bulk_create(
            AreaDocument(area=area, revision=revision, position=position)
            for position, revision in enumerate(dict.fromkeys(changes["documents"]))
        )
    _check_pairs(area)


def _refuse_drafts(revisions: Iterable[Revision]) -> None:
    for revision in revisions:
        if revision.shared_at is None:
            raise Refused(_("%(name)s is a draft. Propose it for approval first.") % {"name": revision})


def _mechanism(item: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(("kind", "detail", "first", "second"), item, strict=False))


def _check_pairs(area: Area) -> None:
    own = area.committees.values("committee")
    pairs = area.mechanisms.exclude(first=None).select_related("first", "second")
    strange = pairs.exclude(first__in=own) | pairs.exclude(second__in=own)
    for row in strange:
        raise Refused(_("“%(mechanism)s”: both committees must be in the area.") % {"mechanism": row})


def changes_of(revision: AreaRevision) -> dict[str, Any]:
    """What an earlier revision says, as changes that make it stand again. What the portal did not keep at that time,
    such as documents in early revisions, stays as it is."""
    facts = revision.facts
    names = {name for name, _role in facts["committees"]} | {n for item in facts["mechanisms"] for n in item[2:]}
    known = {committee.acronym: committee for committee in Committee.objects.filter(acronym__in=names)}
    changes = {
        "text": revision.text,
        "name": facts["name"],
        "source": facts["source"],
        "owner": Organization.objects.filter(code=facts["owner"]).first(),
        "committees": [(known[name], role) for name, role in facts["committees"] if name in known],
        "mechanisms": [
            (kind, detail, *(known[name] for name in pair))
            for kind, detail, *pair in facts["mechanisms"]
            if all(name in known for name in pair)
        ],
    }
    if "documents" in facts:
        rows = {item.reference: item for item in Revision.objects.select_related("document")}
        changes["documents"] = [rows[name] for name in facts["documents"] if name in rows]
    return changes
