"""The list that a secretary lives in: what is wanted, in which order, and the rows of one page of ten thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, OrderBy, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.search import keys_of
from core.tables import Column
from proposals.models import Proposal
from proposals.queries.mine import waits_on
from proposals.queries.proposals import (
    OPEN,
    OPEN_WORD,
    comments_closed,
    out_for_comment,
    proposals_visible_to,
    reference_in,
)

S = Proposal.State
# Word for word as in the index `proposal_open_first`: a value that is passed apart would hide the index from SQLite.
IS_OPEN = f"proposals_proposal.state IN ({', '.join(repr(str(state)) for state in OPEN)})"
# Up to so many keys are named to the database; of more, those of all rows are gone through.
FEW = 500
OUT_WORD, CLOSED_WORD = "out", "closed"
# What the clock says of a state stands beside it: comments are open or closed.
STATES = (
    (OPEN_WORD, _("Open")),
    (S.DRAFT, S.DRAFT.label),
    (OUT_WORD, _("Out for comment")),
    (CLOSED_WORD, _("Comments closed")),
    *((value, label) for value, label in S.choices if value not in (S.DRAFT, S.CIRCULATED)),
)
SORTS = {
    "reference": ("year", "number"),
    "title": ("title",),
    "organization": ("organization__position",),
    "state": ("state",),
    "deadline": ("reply_by_on",),
    "received": ("received_on",),
}
COLUMNS = (
    Column(_("Reference"), 12),
    Column(_("Title"), 60),
    Column(_("Proposed by"), 24),
    Column(_("Organization"), 13),
    Column(_("Addressed to"), 13),
    Column(_("Kind of proposal"), 30),
    Column(_("State"), 20),
    Column(_("Received on"), 13),
    Column(_("Comments close on"), 17),
    Column(_("The board decides on"), 18),
    Column(_("Result"), 18),
    Column(_("Decided on"), 13),
    Column(_("Next step"), 40),
    Column(_("Remark"), 20),
)


@dataclass(frozen=True)
class Wanted:
    """What a reader asked of the list; empty means all. `sort` is a name of SORTS, with a minus from the other end."""

    words: str = ""
    organization: str = ""
    state: str = ""
    closes_from: date | None = None
    closes_to: date | None = None
    mine: bool = False
    sort: str = ""

    @property
    def is_filtered(self) -> bool:
        return any((self.words, self.organization, self.state, self.closes_from, self.closes_to, self.mine))


class Listed:
    """Proposals in order, for a paginator: keys are counted and cut out of an index, records read for one page.
    Words are looked up once, in the search rows of the proposals. Where words, or the long rule of what waits on
    somebody (`waiting`), say which they are, that is asked once, and the keys of all are counted and cut here."""

    def __init__(self, rows: QuerySet[Proposal], words: str = "", *, waiting: bool = False):
        self.rows, self.words, self.waiting = rows, words, waiting

    @cached_property
    def _keys(self) -> list[int] | None:
        """The keys in order where all are read, else None: the database counts and cuts by itself."""
        keys = self.rows.values_list("pk", flat=True)
        if not self.words:
            return list(keys) if self.waiting else None
        audiences = ["shared", "secretaries"]  # which proposals the reader may see is said by the rows
        held = keys_of(self.words, audiences, "proposal")
        return [key for key in (keys.filter(pk__in=held) if len(held) < FEW else keys) if key in held]

    def count(self) -> int:
        return self.rows.order_by().count() if self._keys is None else len(self._keys)

    @property
    def open_count(self) -> int:
        """How many of them are open; only what is open waits on anybody."""
        if self.waiting:
            return self.count()
        rows = self.rows.order_by().filter(state__in=OPEN)
        return rows.count() if self._keys is None else len(set(rows.values_list("pk", flat=True)) & set(self._keys))

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Proposal]:
        keys = list(self.rows.values_list("pk", flat=True)[part]) if self._keys is None else self._keys[part]
        return list(self._records(keys))

    def _records(self, keys: list[int]) -> Iterator[Proposal]:
        found = Proposal.objects.defer("scope", "justification").select_related("organization").in_bulk(keys)
        return (found[key] for key in keys if key in found)

    def __iter__(self) -> Iterator[Proposal]:
        """All of them, some hundred at a time, for a file."""
        for start in range(0, self.count(), 500):
            yield from self[start : start + 500]


def listed_proposals(user: Any, wanted: Wanted) -> Listed:
    """The proposals that this reader may see and asked for, in the order asked for; open ones first by default."""
    rows = proposals_visible_to(user).select_related(None)
    words, named = wanted.words, reference_in(wanted.words)
    if named:
        rows, words = rows.filter(year=named[0], number=named[1]), ""
    if wanted.organization:
        rows = rows.filter(organization__slug=wanted.organization)
    rows = rows.filter(_in_state(wanted.state)) if wanted.state else rows
    if wanted.closes_from:
        rows = rows.filter(reply_by_on__gte=wanted.closes_from)
    if wanted.closes_to:
        rows = rows.filter(reply_by_on__lte=wanted.closes_to)
    if wanted.mine:
        rows = rows.filter(waits_on(user))
    return Listed(_in_order(rows, wanted.sort), words, waiting=wanted.mine)


def _in_state(state: str) -> Q:
    if state == OPEN_WORD:
        return Q(state__in=OPEN)
    if state == OUT_WORD:
        return out_for_comment()
    if state == CLOSED_WORD:
        return comments_closed()
    return Q(state=state)


def _in_order(rows: QuerySet[Proposal], sort: str) -> QuerySet[Proposal]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        is_open = RawSQL(IS_OPEN, (), BooleanField())  # noqa: S611
        return rows.order_by(OrderBy(is_open, descending=True), "-year", "-number")
    fields = [OrderBy(F(field), descending=down, nulls_last=True) for field in SORTS[name]]
    return rows.order_by(*fields, *([] if name == "reference" else ["-year", "-number"]))


def listed_rows(listed: Listed) -> Iterator[tuple[Any, ...]]:
    """The rows of the file, by COLUMNS."""
    for proposal in listed:
        yield (
            proposal.reference,
            proposal.title,
            proposal.proposer,
            proposal.organization.code,
            proposal.organization.board,
            str(proposal.get_kind_display()),
            proposal.state_in_words,
            proposal.received_on,
            proposal.reply_by_on,
            proposal.board_decision_on,
            str(proposal.get_result_display()) if proposal.result_on else "",
            proposal.result_on,
            proposal.next_step,
            str(proposal.illustrative_mark),
        )
