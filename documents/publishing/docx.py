"""A document as a Word file: real styles, numbering, links and repeated header rows, nothing that Word repairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatchmethod
from io import BytesIO
from itertools import count

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.shared import Pt
from lxml.etree import _Element

from documents.publishing.columns import column_shares, corner_span
from documents.publishing.content import (
    DEEPEST_LIST,
    Attachments,
    Block,
    Content,
    Contents,
    Cover,
    CoverRow,
    EndRule,
    Heading,
    ListBlock,
    Note,
    Paragraph,
    Run,
    Table,
    text_of,
)
from documents.publishing.docx_shell import TEXT_WIDTH, finished, new_document
from documents.publishing.docx_xml import (
    bookmarked,
    cell,
    el,
    field,
    name,
    paragraph,
    row,
    styled_run,
    table,
    text_run,
)
from documents.publishing.links import absolute_link
from documents.publishing.outline import Clause, clauses_of, laid_out
from documents.publishing.words import words_in

BODY = "body"
_BULLETS = 1
# The columns of a cover: label, value, and the right part in two, so that a letterhead may be wider than a value.
_LABEL, _VALUE, _EXTRA, _CORNER = 1814, 4026, 1134, 2664
_LISTS = {"ListBullet", "ListNumber"}
_WITHOUT_AIR = {"Normal", "Note"} | _LISTS
_FLUSH = el("jc", val="right")


def render_docx(content: Content, base_url: str = "") -> bytes:
    """The content as a Word file on A4; equal contents give equal bytes. Links to this site need `base_url`."""
    return _Writer(content, base_url).write()


def docx_body_text(data: bytes) -> str:
    """The words of the body alone, without cover, salutation and signature: one line per paragraph or row."""
    lines: list[str] = []
    inside = False
    for element in Document(BytesIO(data)).element.body:
        if element.tag == name("w:bookmarkStart") and element.get(name("w:name")) == BODY:
            inside = True
        elif element.tag == name("w:bookmarkEnd") and element.get(name("w:id")) == "0":
            inside = False
        elif inside:
            lines += _lines(element)
    return "\n".join(filter(None, lines))


def _lines(element: _Element) -> Iterator[str]:
    if element.tag == name("w:p"):
        yield _words(element)
    for table_row in element.iterchildren(name("w:tr")):
        yield "\t".join(_words(part) for part in table_row.iterchildren(name("w:tc")))


def _words(element: _Element) -> str:
    marks = {name("w:br"): "\n", name("w:tab"): "\t"}
    return "".join(part.text or "" if part.tag == name("w:t") else marks.get(part.tag, "") for part in element.iter())


class _Writer:
    def __init__(self, content: Content, base_url: str) -> None:
        self.content, self.base_url = content, base_url
        self.words = words_in(content.language)
        self.document = new_document(content)
        self.numbers = count(4)  # after the two lists and the clauses of the template
        self.bookmarks = count(1)  # 0 is the body
        self.targets: dict[str, str] = {}

    def write(self) -> bytes:
        body = self.document.element.body
        body[:] = [*_spaced(self._everything()), body.sectPr]
        self._head_and_foot()
        return finished(self.document)

    def _everything(self) -> Iterator[_Element]:
        content, cover = self.content, self.content.cover
        if cover:
            yield self._cover(cover)
        if content.shows_title:
            yield paragraph("Title", text_run(content.title))
        if cover and cover.salutation:
            yield paragraph("Salutation", text_run(cover.salutation))
        blocks = (self._block(block, clause) for block, clause in laid_out(content.body))
        yield from bookmarked(0, BODY, *(element for elements in blocks for element in elements))
        if cover:
            yield from self._closing(cover)

    # Cover, header, footer -------------------------------------------------------------------

    def _cover(self, cover: Cover) -> _Element:
        rows = [self._letterhead(cover)] if cover.left or cover.right else []
        before = len(rows)
        rows += [self._cover_row(line) for line in cover.rows]
        if cover.marker:
            marker = paragraph("CoverMarker", text_run(cover.marker))
            rows.insert(before + cover.marker_after, row(cell(TEXT_WIDTH, marker, span=4)))
        return table("CoverTable", (_LABEL, _VALUE, _EXTRA, _CORNER), rows, header=False, caption=self.words.cover)

    def _letterhead(self, cover: Cover) -> _Element:
        left, right = (_with_breaks(lines) for lines in (cover.left, cover.right))
        span = corner_span(cover)
        width = _CORNER if span == 1 else _EXTRA + _CORNER
        corner = paragraph("Cover", *self._runs(right), properties=[_copy(_FLUSH)])
        return row(
            cell(TEXT_WIDTH - width, paragraph("Cover", *self._runs(left)), span=4 - span, rule=True),
            cell(width, corner, span=span, rule=True, flush=True),
        )

    def _cover_row(self, line: CoverRow) -> _Element:
        label = cell(_LABEL, paragraph("Cover", text_run(line.label, bold=True)), rule=line.rule)
        value = paragraph("Cover", *self._runs(line.value))
        if not line.right:
            return row(label, cell(TEXT_WIDTH - _LABEL, value, span=3, rule=line.rule, flush=True))
        flush = [_copy(_FLUSH)] if line.flush else []
        right = paragraph("Cover", *self._runs(line.right), properties=flush)
        return row(
            label,
            cell(_VALUE, value, rule=line.rule),
            cell(_EXTRA + _CORNER, right, span=2, rule=line.rule, flush=True),
        )

    def _closing(self, cover: Cover) -> Iterator[_Element]:
        for position, line in enumerate(cover.closing):
            yield paragraph("Signature" if position else "Closing", *self._runs([line]))

    def _head_and_foot(self) -> None:
        content, section = self.content, self.document.sections[0]
        section.different_first_page_header_footer = True
        draft = self.words.draft if content.draft else ""
        corner = " · ".join(filter(None, [draft, content.reference]))
        _fill(section.header, [paragraph("Header", text_run(f"{content.running_title}\t{corner}"))])
        if draft:
            _fill(section.first_page_header, [paragraph("Header", text_run(f"\t{draft}", bold=True))])
        _fill(section.footer, [self._page_line()])
        foot = content.cover.foot if content.cover else ""
        address = [paragraph("Footer", text_run(foot))] if foot else []
        _fill(section.first_page_footer, [*address, self._page_line()])

    def _page_line(self) -> _Element:
        before, _, rest = self.words.page.partition("{page}")
        between, _, after = rest.partition("{pages}")
        start = text_run(f"{self.content.footer_note}\t{before}")
        return paragraph("Footer", start, field("PAGE"), text_run(between), field("NUMPAGES"), text_run(after))

    # The body --------------------------------------------------------------------------------

    @singledispatchmethod
    def _block(self, block: Block, clause: Clause | None) -> Iterable[_Element]:
        raise TypeError(f"No Word form for {type(block).__name__}.")

    @_block.register
    def _(self, block: Heading, clause: Clause) -> Iterable[_Element]:
        # Word counts by itself, as its styles say; `clauses_of` counts in the same way.
        properties = [] if clause.number else [el("numPr", el("numId", val=0)), el("ind", left=0, firstLine=0)]
        anchored = bookmarked(next(self.bookmarks), _bookmark(clause), text_run(clause.text))
        yield paragraph(f"Heading{clause.level}", *anchored, properties=properties)

    @_block.register
    def _(self, block: Paragraph, clause: None) -> Iterable[_Element]:
        yield paragraph("Normal", *self._runs(block.runs))

    @_block.register
    def _(self, block: Note, clause: None) -> Iterable[_Element]:
        yield paragraph("Note", *self._runs(block.runs))

    @_block.register
    def _(self, block: EndRule, clause: None) -> Iterable[_Element]:
        yield paragraph("EndRule", text_run("_" * 20))

    @_block.register
    def _(self, block: ListBlock, clause: None) -> Iterable[_Element]:
        return self._list(block, 0)

    @_block.register
    def _(self, block: Attachments, clause: None) -> Iterable[_Element]:
        for item in block.items:
            note = [Run(f" ({item.note})", italic=True)] if item.note else []
            runs = [Run(item.reference, bold=True, link=item.link), Run(f" {item.title}"), *note]
            yield self._item("ListBullet", _BULLETS, 0, runs)

    @_block.register
    def _(self, block: Contents, clause: None) -> Iterable[_Element]:
        yield paragraph("TOCHeading", text_run(self.words.contents))
        for listed in clauses_of(self.content.body):
            if listed.level <= block.depth:
                label = f"{listed.number}\t{listed.text}" if listed.number else listed.text
                yield paragraph(f"TOC{listed.level}", el("hyperlink", text_run(label), anchor=_bookmark(listed)))

    @_block.register
    def _(self, block: Table, clause: None) -> Iterable[_Element]:
        if block.caption:
            yield paragraph("Caption", text_run(block.caption))
        widths = _spread(column_shares(block))
        rows = [self._row(block.header, widths, header=True), *(self._row(line, widths) for line in block.rows)]
        yield table("RuledTable", widths, rows, header=True, caption=block.caption or text_of(block.header[0]))

    def _row(self, cells: tuple, widths: tuple[int, ...], *, header: bool = False) -> _Element:
        filled = (
            cell(width, paragraph("TableText", *self._runs(runs, bold=header)))
            for width, runs in zip(widths, cells, strict=True)
        )
        return row(*filled, header=header)

    def _list(self, block: ListBlock, level: int) -> Iterator[_Element]:
        number = self._numbering(block.start, level) if block.ordered else _BULLETS
        for item in block.items:
            yield self._item("ListNumber" if block.ordered else "ListBullet", number, level, item.runs)
            if item.below and level + 1 < DEEPEST_LIST:
                yield from self._list(item.below, level + 1)

    def _item(self, style: str, number: int, level: int, runs: Iterable[Run]) -> _Element:
        numbered = el("numPr", el("ilvl", val=level), el("numId", val=number))
        return paragraph(style, *self._runs(runs), properties=[numbered])

    def _numbering(self, start: int, level: int) -> int:
        """A numbering of its own for each ordered list, so that it begins where it should."""
        number = next(self.numbers)
        override = el("lvlOverride", el("startOverride", val=start), ilvl=level)
        self.document.part.numbering_part.element.append(el("num", el("abstractNumId", val=1), override, numId=number))
        return number

    # Runs ------------------------------------------------------------------------------------

    def _runs(self, runs: Iterable[Run], *, bold: bool = False) -> Iterator[_Element]:
        for run in runs:
            link = absolute_link(run.link, self.base_url)
            if link:
                hyperlink = el("hyperlink", styled_run(run, bold=bold, style="Hyperlink"), history=1)
                hyperlink.set(name("r:id"), self._target(link))
                yield hyperlink
            else:
                yield styled_run(run, bold=bold)

    def _target(self, link: str) -> str:
        # The library's own look-up walks all links for each new one.
        if link not in self.targets:
            self.targets[link] = f"link{len(self.targets) + 1}"
            self.document.part.load_rel(RT.HYPERLINK, link, self.targets[link], is_external=True)
        return self.targets[link]


def _spaced(elements: Iterable[_Element]) -> Iterator[_Element]:
    """Air after each table and list; a paragraph without words only where Word needs one: at the end, between two
    tables."""
    after_table = after_list = False
    for element in elements:
        style = element.pPr.style if element.tag == name("w:p") else ""
        if element.tag == name("w:tbl") and after_table:
            yield paragraph("TableEnd")
        elif after_table and style in _WITHOUT_AIR:
            element.pPr.get_or_add_spacing().before = Pt(9)
        elif after_list and style in _WITHOUT_AIR - _LISTS:
            element.pPr.get_or_add_spacing().before = Pt(6)
        if element.tag in (name("w:tbl"), name("w:p")):
            after_table, after_list = element.tag == name("w:tbl"), style in _LISTS
        yield element
    if after_table:
        yield paragraph("TableEnd")


def _fill(part, paragraphs: list[_Element]) -> None:
    part.is_linked_to_previous = False
    part._element[:] = paragraphs


def _with_breaks(lines: tuple[Run, ...]) -> Iterator[Run]:
    for position, line in enumerate(lines):
        yield Run(f"\n{line.text}" if position else line.text, line.bold, line.italic, line.link)


def _bookmark(clause: Clause) -> str:
    return clause.anchor.replace("-", "_")


def _spread(shares: tuple[int, ...]) -> tuple[int, ...]:
    """The width of the text divided by these shares, to the last twentieth of a point."""
    widths = [TEXT_WIDTH * share // sum(shares) for share in shares]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return tuple(widths)


def _copy(element: _Element) -> _Element:
    return element.__copy__()
