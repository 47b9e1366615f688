"""Baselines, and what changed between two states of the register, as files: tables and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date, today
from core.tables import TYPES, Column, table_response
from documents.judge import content_disposition
from documents.publishing.content import Block, Content, Heading, Note, Paragraph, Run, Table
from documents.publishing.formats import render
from documents.publishing.markdown import blocks_from_markdown
from landscape.cells import columns, row_of
from landscape.exports import fact, lowered
from landscape.models import in_one_line
from landscape.queries.areas import WORDS
from landscape.queries.baselines import Side, facts_changed, rank_in_words, side_in_words
from landscape.queries.changes import committee_in_words
from landscape.registers import CAME, WENT, AreaChange, AreaState, count_changes

FORMATS = ("xlsx", "csv", "docx", "pdf")


def labels() -> dict[str, str]:
    """What may change, as a label."""
    return {
        CAME: _("Areas added"),
        WENT: _("Areas closed"),
        **{name: str(label) for name, (_word, label) in WORDS.items()},
        "rank": _("Priority"),
    }


def export_side(side: Side, format: str) -> HttpResponse:
    """The register as one side keeps it. Raises ValueError for a format that is none of FORMATS."""
    name = f"SPCG landscape, {side.name}, {today().isoformat()}"
    if format in TYPES:
        rows = map(row_of, side.states.values())
        return table_response(format, _("Landscape"), columns(), rows, name)
    return _document(_side_content(side), format, name)


def export_changes(before: Side, after: Side, changes: list[AreaChange], format: str) -> HttpResponse:
    """The comparison of two sides. Raises ValueError for a format that is none of FORMATS."""
    name = f"SPCG landscape, what changed, {today().isoformat()}"
    if format in TYPES:
        heads = [Column(_("Area"), 34), Column(_("What changed"), 20), Column(_("Before"), 60), Column(_("After"), 60)]
        rows = (row for change in changes for row in _rows(change))
        heads.append(Column(_("Note"), 24))
        return table_response(format, _("What changed"), heads, rows, name)
    return _document(_changes_content(before, after, changes), format, name)


def _document(content: Content, format: str, name: str) -> HttpResponse:
    file = render(content, format)
    response = HttpResponse(file.data, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition(f"{name}.{file.extension}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# A comparison as rows ----------------------------------------------------------------------


def _rows(change: AreaChange) -> Iterator[tuple[Any, ...]]:
    words, name = labels(), change.area.name
    mark = change.area.mark
    if change.kind in (CAME, WENT):
        texts = (change.before.text if change.before else "", change.after.text if change.after else "")
        yield (name, words[change.kind], *texts, mark)
    if "text" in change.topics:
        yield name, words["text"], change.before.text, change.after.text, mark
    for row in facts_changed(change):
        yield name, row.label, "; ".join(row.removed), "; ".join(row.added), mark
    if "rank" in change.topics:
        yield name, words["rank"], change.before.rank, change.after.rank, mark


# Documents ---------------------------------------------------------------------------------


def _marked(sides: Iterable[Side]) -> list[Block]:
    return [Note(f"{side.name}: {side.mark}") for side in sides if side.mark]


def _side_content(side: Side) -> Content:
    count = ngettext("%(n)d area of coordination.", "%(n)d areas of coordination.", len(side.states))
    words = {"n": len(side.states), "revision": side.revision, "day": format_date(side.at)}
    body: list[Block] = [
        *_marked([side]),
        Paragraph(f"{count % words} {_('Revision %(revision)d, as it stood on %(day)s.') % words}"),
    ]
    for state in side.states.values():
        body += _section(state, side)
    return Content(title=_("Landscape of coordination: %(name)s") % {"name": side.name}, body=body)


def _section(state: AreaState, side: Side) -> list[Block]:
    facts = state.facts
    blocks: list[Block] = [Heading(1, state.name), *([Note(state.mark)] if state.mark else [])]
    blocks += [lowered(block) for block in blocks_from_markdown(state.text, numbered=False)]
    committees = "; ".join(committee_in_words(*item) for item in facts.get("committees", ()))
    mechanisms = "; ".join(in_one_line(*item) for item in facts.get("mechanisms", ()))
    blocks.append(fact(_("Committees"), committees or _("None named yet")))
    blocks.append(fact(_("Mechanisms"), mechanisms or _("None yet")))
    blocks.append(fact(_("Kept by"), facts.get("owner") or _("Not known")))
    blocks += [fact(_("Documents"), "; ".join(facts["documents"]))] if facts.get("documents") else []
    if state.rank:
        blocks.append(fact(_("Priority"), _("rank %(n)d in %(round)s") % {"n": state.rank, "round": side.round}))
    return blocks


def _changes_content(before: Side, after: Side, changes: list[AreaChange]) -> Content:
    counts, words = count_changes(changes), labels()
    rows = [(words[name], str(number)) for name, number in counts.items() if number]
    intro = _("From %(before)s to %(after)s.") % {"before": side_in_words(before), "after": side_in_words(after)}
    body: list[Block] = [*_marked([before, after]), Paragraph(intro)]
    if rows:
        body.append(Table(_("What changed"), (_("What"), _("Areas")), rows, (3, 1)))
    else:
        body.append(Paragraph(_("Nothing has changed.")))
    for change in changes:
        body += _change_blocks(change)
    return Content(title=_("Landscape of coordination: what changed"), body=body)


def _change_blocks(change: AreaChange) -> list[Block]:
    words = labels()
    blocks: list[Block] = [Heading(1, change.area.name), *([Note(change.area.mark)] if change.area.mark else [])]
    if change.kind in (CAME, WENT):
        blocks.append(Paragraph(_("Added.") if change.kind == CAME else _("Closed.")))
        blocks += [lowered(block) for block in blocks_from_markdown(change.area.text, numbered=False)]
    for row in facts_changed(change):
        removed, added = "; ".join(row.removed) or _("nothing"), "; ".join(row.added) or _("nothing")
        blocks.append(fact(row.label, _("from %(old)s to %(new)s") % {"old": removed, "new": added}))
    if rank_in_words(change):
        blocks.append(fact(words["rank"], rank_in_words(change)))
    if "text" in change.topics:
        blocks.append(fact(words["text"], _("what came is in bold, what went in italics between brackets")))
        blocks += [Paragraph([_run(part) for part in line]) for line in change.lines]
    return blocks


def _run(part: Any) -> Run:
    """Paper has no underlining of ours: bold came, italics in brackets went."""
    if part.kind == "removed":
        return Run(f"[{part.text}]", italic=True)
    return Run(part.text, bold=part.kind == "added")
