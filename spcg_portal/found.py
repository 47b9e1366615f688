"""What the search shows: the best rows first, under the words for their kinds, each with the passage that was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from communications.models import Letter, Plan, Step
from core.models import SearchText, User
from core.search import Found, search
from core.search.marking import line_around
from documents.models import Document
from landscape.models import Area, AreaRemark
from meetings.models import Meeting, Outcome, ReportRemark
from organizations.models import Committee
from proposals.models import Checklist, ConsiderationList, Proposal, ProposalRemark
from reports.models import BoardReport
from spcg_portal.queries import audiences_of


class Kind(NamedTuple):
    """A kind of record: its heading, its model, and what it counts beside others that answer equally well."""

    name: Promise
    model: type[Model]
    weight: float


KINDS = {
    "proposal": Kind(_("Proposals"), Proposal, 2.0),
    "recommendation": Kind(_("Recommendations"), Document, 2.0),
    "document": Kind(_("Documents"), Document, 1.6),
    "area": Kind(_("Areas of the landscape"), Area, 1.9),
    "committee": Kind(_("Committees"), Committee, 1.5),
    "meeting": Kind(_("Meetings"), Meeting, 1.4),
    "outcome": Kind(_("Outcomes of meetings"), Outcome, 1.0),
    "letter": Kind(_("Circular letters"), Letter, 1.3),
    "step": Kind(_("Steps of the work plan"), Step, 1.1),
    "plan": Kind(_("Communication plans"), Plan, 1.2),
    "board report": Kind(_("Board reports"), BoardReport, 1.2),
    "comment": Kind(_("Comments on proposals"), ProposalRemark, 0.5),
    "remark": Kind(_("Comments on the landscape"), AreaRemark, 0.5),
    "report comment": Kind(_("Comments on meeting reports"), ReportRemark, 0.4),
    "checklist": Kind(_("Checklists of proposals"), Checklist, 0.5),
    "considerations": Kind(_("Considerations"), ConsiderationList, 0.8),
    "person": Kind(_("People"), User, 1.5),
}
WEIGHTS = {name: kind.weight for name, kind in KINDS.items()}

Hit = tuple[int, str]


def found_by(user: Any, query: str) -> Found:
    """What the reader may see of what the query names, best first."""
    return search(query, audiences_of(user), WEIGHTS)


def of_kind(found: Found, user: Any, query: str, kind: str) -> list[Hit]:
    """The hits of one kind, or all of them; of very many the newest of that kind are looked up anew."""
    if kind not in KINDS:
        return found.rows
    if found.more and not found.mended:
        return search(query, audiences_of(user), WEIGHTS, kind).rows
    return [hit for hit in found.rows if hit[1] == kind]


class Total(NamedTuple):
    """How many results are of one kind; None where there are too many to say."""

    kind: str
    name: Promise
    count: int | None


def totals_of(found: Found) -> list[Total]:
    """How many of each kind there are, in the order of their best; of very many every kind may be asked for."""
    if found.more:
        return [Total(kind, KINDS[kind].name, None) for kind in KINDS if kind != "person"]
    counts = Counter(kind for _key, kind in found.rows)
    return [Total(kind, KINDS[kind].name, count) for kind, count in counts.items() if kind in KINDS]


@dataclass(frozen=True)
class Group:
    """The results of one kind on a page; `total` counts all of that kind."""

    name: Promise
    total: int
    results: list[tuple[SearchText, SafeString]]


def grouped(page: Iterable[Hit], found: Found) -> Iterator[Group]:
    """A page of results under the words for their kinds, the kind of the best one first, each with its passage."""
    totals = Counter(kind for _key, kind in found.rows)
    keys = [key for key, _kind in page]
    known = SearchText.objects.defer("words", "tokens").in_bulk(keys)
    kinds: dict[str, list[SearchText]] = {}
    for key in keys:
        if key in known:
            kinds.setdefault(known[key].kind, []).append(known[key])
    for kind, rows in kinds.items():
        name = KINDS[kind].name if kind in KINDS else _("Other records")
        yield Group(name, totals[kind], [(row, line_around(row.text, found.terms)) for row in _marked(kind, rows)])


def _marked(kind: str, rows: list[SearchText]) -> list[SearchText]:
    """The rows of one kind, each with the mark that its record bears: what is made up says so here too."""
    model = KINDS[kind].model if kind in KINDS else None
    if hasattr(model, "illustrative_mark"):
        records = model.objects.only("illustrative", "illustrative_note").in_bulk([int(row.key) for row in rows])
        for row in rows:
            row.illustrative_mark = getattr(records.get(int(row.key)), "illustrative_mark", "")
    return rows
