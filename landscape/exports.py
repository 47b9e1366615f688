"""The landscape as a file: a workbook, or a document for the publishing engine."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.dates import format_date, today
from core.tables import TYPES, Column, workbook
from documents.publishing.content import Block, Content, Heading, Note, Paragraph, Run
from documents.publishing.formats import Rendered, render
from documents.publishing.markdown import blocks_from_markdown
from landscape.models import Area, AreaDecision, PriorityRound
from landscape.queries import areas, committee_in_words, decisions_of, register_revision, results
from landscape.ranking import Result, figure
from organizations.models import Committee

FORMATS = ("xlsx", "docx", "pdf")
# A committee of both ISO and IEC is named once, in a column of its own, as in the matrix.
JOINT = {"ISO", "IEC"}
COLUMNS = (({"ISO"}, "ISO"), ({"IEC"}, "IEC"), (JOINT, gettext_lazy("ISO and IEC")), ({"ITU-T"}, "ITU-T"))
WIDTHS = (34, 70, 26, 26, 26, 26, 40, 12, 40, 20, 16, 16, 24, 20, 50)


def export_landscape(format: str, user: Any, round: PriorityRound | None) -> Rendered:
    """The open areas as "xlsx", "docx" or "pdf"; scores enter as far as this reader may see them. ValueError for
    any other format."""
    if format not in FORMATS:
        raise ValueError(f"The formats are {', '.join(FORMATS)}.")
    below = ("committees__committee__organizations", "mechanisms__first", "mechanisms__second", "documents__revision")
    rows = list(areas().prefetch_related(*below, "documents__revision__document"))
    found = results(round, user) if round else {}
    decided = decisions_of(area.pk for area in rows)
    if format == "xlsx":
        return Rendered(_workbook(rows, found, decided, _told(round)), TYPES["xlsx"], "xlsx")
    return render(content_of(rows, found, decided, _told(round)), format)


def _told(round: PriorityRound | None) -> str:
    """The round as a file names it: sample data says so, and so does a round that still takes scores."""
    if round is None:
        return ""
    marks = [round.illustrative_mark, "" if round.is_over() else _("open until %(day)s") % {"day": _last(round)}]
    return ", ".join(str(part) for part in (round.title, *marks) if part)


def _last(round: PriorityRound) -> str:
    return format_date(round.closes_on)


def _names(area: Area, codes: set[str]) -> str:
    rows = (row for row in area.committees.all() if _belongs(row.committee, codes))
    return "; ".join(committee_in_words(row.committee.acronym, row.role) for row in rows)


def _belongs(committee: Committee, codes: set[str]) -> bool:
    own = set(committee.codes)
    return own >= JOINT if codes == JOINT else codes <= own and not own >= JOINT


def _mechanisms(area: Area) -> str:
    return "; ".join(map(str, area.mechanisms.all()))


def _documents(area: Area) -> str:
    """The shared documents that belong to the area; a draft is named to nobody here."""
    return "; ".join(row.revision.reference for row in area.documents.all() if row.revision.shared_at)


def _owner(area: Area) -> str:
    return area.owner.code if area.owner else _("Not known")


# The workbook ------------------------------------------------------------------------------


def _workbook(rows: list[Area], found: dict[int, Result], decided: dict[int, AreaDecision], told: str) -> bytes:
    titles = (_("Area"), _("Text"), *(str(label) for _codes, label in COLUMNS), _("Mechanisms"), _("Kept by"))
    scores = (f"{label} ({told})" if told else label for label in (_("Result"), _("Median")))
    heads = (*titles, _("Source"), _("Documents"), *scores, _("Note"), _("Extra support"), _("Reason"))
    columns = [Column(str(head), width) for head, width in zip(heads, WIDTHS, strict=True)]
    lines = (_cells(area, found.get(area.pk), decided.get(area.pk)) for area in rows)
    return workbook(_("Landscape"), columns, lines)


def _cells(area: Area, result: Result | None, decision: AreaDecision | None) -> tuple[Any, ...]:
    scored = result and result.value is not None
    return (
        area.name,
        area.text,
        *(_names(area, codes) for codes, _label in COLUMNS),
        _mechanisms(area),
        _owner(area),
        area.source,
        _documents(area),
        round(result.value, 2) if scored else None,
        round(result.median, 2) if scored else None,
        str(area.illustrative_mark),
        _decision(decision),
        decision.reason if decision else "",
    )


def _decision(decision: AreaDecision | None) -> str:
    """Yes, meeting 8; sample data says so."""
    parts = (decision, decision.illustrative_mark) if decision else ()
    return ", ".join(str(part) for part in parts if part)


# The document ------------------------------------------------------------------------------


def content_of(rows: list[Area], found: dict[int, Result], decided: dict[int, AreaDecision], told: str) -> Content:
    """The landscape as a document: one section per area, with its text, committees, mechanisms and result."""
    words = {"revision": register_revision(), "day": format_date(today())}
    count = ngettext("%(n)d area of coordination.", "%(n)d areas of coordination.", len(rows)) % {"n": len(rows)}
    body: list[Block] = [
        Paragraph(
            _(
                "The areas in which ISO, IEC and ITU-T all work, how they coordinate today, and where more support is "
                "needed. A living document of the Standardization Programme Coordination Group."
            )
        ),
        Paragraph(f"{count} {_('Revision %(revision)d, as it stood on %(day)s.') % words}"),
    ]
    for area in rows:
        body += _section(area, found.get(area.pk), decided.get(area.pk), told)
    return Content(
        title=_("Landscape of coordination"),
        body=body,
        footer_note=_("SPCG landscape, revision %(revision)d, %(day)s") % words,
    )


def _section(area: Area, result: Result | None, decision: AreaDecision | None, told: str) -> list[Block]:
    blocks: list[Block] = [Heading(1, area.name)]
    if area.illustrative_mark:
        blocks.append(Note(str(area.illustrative_mark)))
    blocks += [lowered(block) for block in blocks_from_markdown(area.text, numbered=False)]
    blocks += [fact(str(label), names) for codes, label in COLUMNS if (names := _names(area, codes))]
    blocks.append(fact(_("Mechanisms"), _mechanisms(area) or _("None yet")))
    blocks.append(fact(_("Kept by"), _owner(area)))
    blocks += [fact(_("Documents"), _documents(area))] if _documents(area) else []
    if result and result.value is not None:
        words = {"round": told, "value": figure(result.value), "median": figure(result.median)}
        blocks.append(fact(_("Priority"), _("%(value)s of 5, median %(median)s (%(round)s)") % words))
    if decision:
        blocks.append(fact(_("Extra support"), f"{_decision(decision)}. {decision.reason}"))
    return blocks


def lowered(block: Block) -> Block:
    """An area is a heading of the document, so the headings of its text stand below it."""
    return Heading(min(block.level + 1, 3), block.text, False) if isinstance(block, Heading) else block


def fact(label: str, text: str) -> Paragraph:
    """Kept by: ISO."""
    return Paragraph((Run(f"{label}: ", bold=True), Run(text)))


def file_name(extension: str) -> str:
    """SPCG landscape 2026-11-24.docx: files carry ISO dates."""
    return f"SPCG landscape {today().isoformat()}.{extension}"
