"""The checklist on paper: of a proposal, and of somebody who only plans one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from core.dates import format_date, today
from documents.paper import GROUP
from documents.publishing.content import Block, Content, Heading, Note, Run, Table, para
from documents.publishing.covers import meeting_cover
from proposals.models import ConsiderationList, Proposal
from proposals.queries.checklist import Sheet


@dataclass(frozen=True)
class Answered:
    """One consideration and its answer, as printed: evidence as (words, address)."""

    text: str
    verdict: str = ""
    explanation: str = ""
    evidence: Sequence[tuple[str, str]] = ()


def compose_checklist(proposal: Proposal, sheet: Sheet) -> Content:
    """One proposal's checklist as a document; evidence is linked as far as the reader of the sheet may open it."""
    considerations = sheet.considerations
    return Content(
        title=_("Checklist of considerations: %(title)s") % {"title": proposal.title},
        cover=meeting_cover(
            group=GROUP,
            number=proposal.reference,
            date=format_date(today()),
            rows=[
                (_("Title:"), proposal.title),
                (_("Proposal:"), proposal.sentence),
                (_("Considerations:"), str(considerations or "–")),
                (_("State:"), str(sheet.completeness)),
            ],
        ),
        body=(*_marks(proposal), *checklist_blocks(sheet)),
        reference=proposal.reference,
    )


def _marks(proposal: Proposal) -> Iterable[Block]:
    mark = proposal.illustrative_mark
    return (Note(_("This record is marked: %(mark)s.") % {"mark": mark}),) if mark else ()


def checklist_blocks(sheet: Sheet) -> tuple[Block, ...]:
    """The checklist as a part of a larger paper about the proposal, with its source and its label."""
    if sheet.considerations is None:
        return (para(_("There is no list of considerations yet.")),)
    rows = [
        Answered(
            line.consideration.text,
            line.verdict,
            line.answer.text if line.answer else "",
            line.evidence,
        )
        for line in sheet.lines
    ]
    return (*_source(sheet.considerations), _table(rows))


def _source(considerations: ConsiderationList) -> Iterable[Block]:
    words = " ".join(part for part in (considerations.label, considerations.source) if part)
    return (Note(words),) if words else ()


def _table(rows: Iterable[Answered]) -> Table:
    return Table(
        caption=_("Considerations and answers"),
        header=(_("No."), _("Consideration"), _("Answer"), _("Explanation and evidence")),
        rows=[
            (str(n), row.text, row.verdict or _("Not answered"), _explained(row)) for n, row in enumerate(rows, start=1)
        ],
        widths=(5, 38, 14, 43),
    )


def _explained(row: Answered) -> list[Run]:
    runs = [Run(row.explanation)] if row.explanation else []
    for words, address in row.evidence:
        runs += [Run("\n" if runs else ""), Run(_("Evidence:") + " "), Run(words, link=address)]
    return runs or [Run("–")]


def compose_self_check(
    considerations: ConsiderationList | None,
    title: str,
    scope: str,
    rows: Sequence[Answered],
    committees: Sequence[tuple[str, str, str]],
) -> Content:
    """What somebody planned and answered on the public page, with the likely related committees (acronym, title,
    organizations). It is nobody's record and says so."""
    done = sum(bool(row.verdict) for row in rows)
    source = _source(considerations) if considerations else ()
    return Content(
        title=_("Self-check: %(title)s") % {"title": title},
        body=(
            Note(
                _("Made on %(day)s with the self-check of %(site)s. It is not a record of SPCG and nobody has seen it.")
                % {"day": format_date(today()), "site": settings.SITE_URL}
            ),
            Heading(1, _("Planned work")),
            para(Run(title, bold=True)),
            *(para(part) for part in scope.split("\n\n") if part.strip()),
            Heading(1, _("Considerations")),
            para(_("%(n)d of %(total)d answered") % {"n": done, "total": len(rows)}),
            *source,
            *((_table(rows),) if rows else ()),
            Heading(1, _("Likely related committees")),
            *_committees(committees),
        ),
    )


def _committees(committees: Sequence[tuple[str, str, str]]) -> Iterable[Block]:
    if not committees:
        return (para(_("No committee was found whose words the planned work shares.")),)
    return (
        para(_("Ranked by words, a suggestion and not a finding. Contact them before you submit the proposal.")),
        Table(
            caption=_("Likely related committees"),
            header=(_("Committee"), _("Title"), _("Organization")),
            rows=list(committees),
            widths=(24, 56, 20),
        ),
    )
