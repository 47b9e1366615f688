"""A document as a tagged PDF (PDF/UA-1), set by Typst from a template that is given data only."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache, singledispatchmethod
from pathlib import Path
from typing import Any

import typst

from documents.publishing.columns import column_shares, corner_span, tight_cells
from documents.publishing.content import (
    DEEPEST_LIST,
    Attachments,
    Block,
    Content,
    Contents,
    Cover,
    EndRule,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Run,
    Table,
)
from documents.publishing.links import absolute_link
from documents.publishing.outline import Clause, clauses_of, laid_out
from documents.publishing.words import words_in

_FOLDER = Path(__file__).with_name("paper")
_REGIONS = {"en": "GB"}
# Typst remembers every step of a setting until ten settings later: some 20 MB for a long report, little for a letter.
_REMEMBERED = 10
_LONG = 20_000


def render_pdf(content: Content, base_url: str = "") -> bytes:
    """The content as a PDF on A4; accessible wherever the letters of its text exist in the fonts at hand."""
    data = json.dumps(_Paper(content, base_url).data())
    try:
        return _set(data)
    finally:
        if len(data) > _LONG:
            _forget()


def _set(data: str) -> bytes:
    # A letter that no font has (Chinese, on a bare machine) is an error of PDF/UA, not of the document.
    for system_fonts, standards in ((False, ["ua-1"]), (True, ["ua-1"])):
        try:
            return _compiled(data, system_fonts, standards)
        except typst.TypstError:
            continue
    return _compiled(data, True, [])


def _compiled(data: str, system_fonts: bool, standards: list[str]) -> bytes:
    return typst.compile(
        str(_FOLDER / "content.typ"),
        root=str(_FOLDER),
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=standards,
        font_paths=_fonts(system_fonts),
    )


@cache
def _fonts(system_fonts: bool) -> typst.Fonts:
    """The fonts that Typst brings along, and those of the machine where they are asked for; looked up once."""
    return typst.Fonts(include_system_fonts=system_fonts)


def _forget() -> None:
    """Gives the memory of a long setting back: empty pages age what Typst remembers until it lets it go."""
    for _page in range(_REMEMBERED):
        typst.compile(b"", format="pdf", font_paths=_fonts(False))


class _Paper:
    """The data of the template: every value is text, a number or a flag, and none is left out."""

    def __init__(self, content: Content, base_url: str) -> None:
        self.content, self.base_url = content, base_url

    def data(self) -> dict[str, Any]:
        content, words = self.content, words_in(self.content.language)
        language, _, region = content.language.partition("-")
        before, _, rest = words.page.partition("{page}")
        between, _, after = rest.partition("{pages}")
        return {
            "title": content.title,
            "running_title": content.running_title,
            "shows_title": content.shows_title,
            "language": language,
            "region": region if len(region) == 2 else _REGIONS.get(language),
            "reference": content.reference,
            "footer_note": content.footer_note,
            "draft": words.draft if content.draft else "",
            "contents": words.contents,
            "page": [before, between, after],
            "cover": self._cover(content.cover) if content.cover else None,
            "body": [self._block(block, clause) for block, clause in laid_out(content.body)],
        }

    def _cover(self, cover: Cover) -> dict[str, Any]:
        rows = [{**asdict(row), "value": self._runs(row.value), "right": self._runs(row.right)} for row in cover.rows]
        lines = {side: self._runs(getattr(cover, side)) for side in ("left", "right", "closing")}
        return {**asdict(cover), **lines, "rows": rows, "corner": corner_span(cover)}

    @singledispatchmethod
    def _block(self, block: Block, clause: Clause | None) -> dict[str, Any]:
        raise TypeError(f"No place on paper for {type(block).__name__}.")

    @_block.register
    def _(self, block: Heading, clause: Clause) -> dict[str, Any]:
        return {"block": "heading", **asdict(clause)}

    @_block.register
    def _(self, block: Paragraph, clause: None) -> dict[str, Any]:
        return {"block": "paragraph", "runs": self._runs(block.runs)}

    @_block.register
    def _(self, block: Note, clause: None) -> dict[str, Any]:
        return {"block": "note", "runs": self._runs(block.runs)}

    @_block.register
    def _(self, block: EndRule, clause: None) -> dict[str, Any]:
        return {"block": "end_rule"}

    @_block.register
    def _(self, block: ListBlock, clause: None) -> dict[str, Any]:
        return {"block": "list", **self._list(block, 1)}

    @_block.register
    def _(self, block: Attachments, clause: None) -> dict[str, Any]:
        items = (
            [
                Run(item.reference, bold=True, link=item.link),
                Run(f" {item.title}"),
                *([Run(f" ({item.note})", italic=True)] if item.note else []),
            ]
            for item in block.items
        )
        return {"block": "attachments", "items": [self._runs(runs) for runs in items]}

    @_block.register
    def _(self, block: Contents, clause: None) -> dict[str, Any]:
        listed = [asdict(found) for found in clauses_of(self.content.body) if found.level <= block.depth]
        return {"block": "contents", "clauses": listed}

    @_block.register
    def _(self, block: Table, clause: None) -> dict[str, Any]:
        return {
            "block": "table",
            "caption": block.caption,
            "widths": column_shares(block),
            "header": [self._runs(cell) for cell in block.header],
            # Each cell in a dictionary of its own: the template lays the rows out flat.
            "rows": [
                [{"runs": self._runs(cell), "holds": most} for cell, most in zip(row, holds, strict=True)]
                for row, holds in zip(block.rows, tight_cells(block), strict=True)
            ],
        }

    def _list(self, block: ListBlock, depth: int) -> dict[str, Any]:
        items = [
            {
                "runs": self._runs(item.runs),
                "below": self._list(item.below, depth + 1) if item.below and depth < DEEPEST_LIST else None,
            }
            for item in block.items
        ]
        return {"ordered": block.ordered, "start": block.start, "items": items}

    def _runs(self, runs: Any) -> list[dict[str, Any]]:
        return [{**asdict(run), "link": absolute_link(run.link, self.base_url)} for run in runs]
