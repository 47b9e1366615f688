"""A document as HTML: a fragment for a page of the portal, or a file of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatchmethod
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from documents.publishing.content import (
    DEEPEST_LIST,
    Attachments,
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
from documents.publishing.links import absolute_link
from documents.publishing.outline import Clause, clauses_of, laid_out
from documents.publishing.words import words_in

_INDENT = {1: "", 2: mark_safe(' class="ms-4"'), 3: mark_safe(' class="ms-5"')}
_STYLE = Path(__file__).with_name("page.css")
_REFERENCE = re.compile(r"\b[A-Z]{2,}(-[A-Z])?[-/][A-Z0-9]{1,12}\b")


def render_html(
    content: Content, heading_level: int = 1, *, with_title: bool = True, anchor_prefix: str = ""
) -> SafeString:
    """A fragment in the classes of the portal's stylesheet; without inline style, so any policy allows it.

    The title is a heading of the level given and the clauses follow below it; without a title
    (where the page around has one already) the clauses begin at that level. Where one page
    shows several documents, a prefix keeps their anchors apart.
    """
    return _Page(content, heading_level, with_title, anchor_prefix=anchor_prefix).article()


def render_page_html(content: Content, base_url: str = "") -> bytes:
    """A whole file in UTF-8 that carries its own stylesheet, loads nothing and prints on A4."""
    article = _Page(content, 1, True, base_url, standalone=True).article()
    page = format_html(
        "<!doctype html>\n"
        '<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n{}\n</main>\n</body>\n</html>\n",
        content.language,
        content.title,
        mark_safe(_STYLE.read_text(encoding="utf-8")),
        article,
    )
    return page.encode("utf-8")


def _together(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("\n".join(part for part in parts if part))


@dataclass(frozen=True)
class _Page:
    content: Content
    level: int
    with_title: bool
    base_url: str = ""
    standalone: bool = False
    anchor_prefix: str = ""

    def article(self) -> SafeString:
        content = self.content
        return format_html(
            '<article class="sheet a4" lang="{}">\n{}\n</article>',
            content.language,
            _together(
                [
                    self._draft(),
                    self._cover(content.cover) if content.cover else mark_safe(""),
                    self._title(),
                    self._salutation(),
                    *(self._block(block, clause) for block, clause in laid_out(content.body)),
                    self._closing(),
                    self._foot(),
                ]
            ),
        )

    def _draft(self) -> SafeString:
        if not self.content.draft:
            return mark_safe("")
        return format_html('<p class="r"><b class="tag">{}</b></p>', words_in(self.content.language).draft)

    def _title(self) -> SafeString:
        if not self.with_title:
            return mark_safe("")
        hidden = mark_safe("" if self.content.shows_title else ' class="visually-hidden"')
        return format_html("<h{0}{1}>{2}</h{0}>", min(self.level, 6), hidden, self.content.title)

    # The cover and what frames a letter ------------------------------------------------------

    def _cover(self, cover: Cover) -> SafeString:
        rows = [self._letterhead(cover), *(self._cover_row(row) for row in cover.rows)]
        if cover.marker:
            marker = format_html('<tr><td colspan="3" class="text-center fs-5"><b>{}</b></td></tr>', cover.marker)
            rows.insert(1 + cover.marker_after, marker)
        return format_html(
            '<table class="td"><caption class="visually-hidden">{}</caption>\n<tbody>\n{}\n</tbody></table>',
            words_in(self.content.language).cover,
            _together(rows),
        )

    def _letterhead(self, cover: Cover) -> SafeString:
        if not cover.left and not cover.right:
            return mark_safe("")
        left, right = self._lines(cover.left), self._lines(cover.right)
        return format_html(
            '<tr class="rule"><td colspan="3"><div class="d-flex flex-wrap justify-content-between column-gap-4">'
            '<div>{}</div><div class="r">{}</div></div></td></tr>',
            left,
            right,
        )

    def _lines(self, lines: Iterable[Run]) -> SafeString:
        return mark_safe("<br>".join(self._run(line) for line in lines))

    def _cover_row(self, row: CoverRow) -> SafeString:
        rule = mark_safe(' class="rule"' if row.rule else "")
        label = format_html('<th scope="row" class="text-nowrap">{}</th>' if row.label else "<td></td>", row.label)
        if not row.right:
            return format_html('<tr{}>{}<td colspan="2" class="w-100">{}</td></tr>', rule, label, self._runs(row.value))
        flush = mark_safe(' class="r"' if row.flush else "")
        value, right = self._runs(row.value), self._runs(row.right)
        return format_html("<tr{}>{}<td>{}</td><td{}>{}</td></tr>", rule, label, value, flush, right)

    def _salutation(self) -> SafeString:
        salutation = self.content.cover.salutation if self.content.cover else ""
        return format_html("<p>{}</p>", salutation) if salutation else mark_safe("")

    def _closing(self) -> SafeString:
        closing = self.content.cover.closing if self.content.cover else ()
        return format_html_join("\n", "<p>{}</p>", ((self._runs([line]),) for line in closing))

    def _foot(self) -> SafeString:
        lines = [self.content.cover.foot if self.content.cover else "", self.content.footer_note]
        return format_html_join("\n", '<p class="meta">{}</p>', ((line,) for line in lines if line))

    # The body --------------------------------------------------------------------------------

    @singledispatchmethod
    def _block(self, block: object, clause: Clause | None) -> SafeString:
        raise TypeError(f"No HTML for {type(block).__name__}.")

    @_block.register
    def _(self, block: Heading, clause: Clause) -> SafeString:
        level = min(self.level + clause.level - (not self.with_title), 6)
        return format_html('<h{0} id="{1}">{2}</h{0}>', level, self._anchor(clause), clause.label)

    @_block.register
    def _(self, block: Paragraph, clause: None) -> SafeString:
        return format_html("<p>{}</p>", self._runs(block.runs))

    @_block.register
    def _(self, block: Note, clause: None) -> SafeString:
        return format_html('<p class="meta note">{}</p>', self._runs(block.runs))

    @_block.register
    def _(self, block: EndRule, clause: None) -> SafeString:
        return mark_safe('<hr class="w-25 mx-auto">')

    @_block.register
    def _(self, block: ListBlock, clause: None) -> SafeString:
        return self._list(block, 1)

    @_block.register
    def _(self, block: Table, clause: None) -> SafeString:
        caption = format_html('<caption class="caption-top">{}</caption>\n', block.caption) if block.caption else ""
        head = format_html_join("", '<th scope="col">{}</th>', ((self._runs(cell),) for cell in block.header))
        names = [text_of(cell) for cell in block.header]
        rows = format_html_join("\n", "<tr>{}</tr>", ((self._cells(row, names),) for row in block.rows))
        return format_html(
            '<table class="table cards my-3">{}<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table>',
            caption if block.caption else "",
            head,
            rows,
        )

    @_block.register
    def _(self, block: Attachments, clause: None) -> SafeString:
        return format_html("<ul>\n{}\n</ul>", _together(self._attachment(item) for item in block.items))

    @_block.register
    def _(self, block: Contents, clause: None) -> SafeString:
        entries = format_html_join(
            "\n",
            '<li{}><a href="#{}">{}</a></li>',
            (
                (_INDENT[listed.level], self._anchor(listed), listed.label)
                for listed in clauses_of(self.content.body)
                if listed.level <= block.depth
            ),
        )
        return format_html(
            '<nav aria-label="{0}"><p><b>{0}</b></p>\n<ul class="list-unstyled">\n{1}\n</ul></nav>',
            words_in(self.content.language).contents,
            entries,
        )

    def _anchor(self, clause: Clause) -> str:
        return self.anchor_prefix + clause.anchor

    def _list(self, block: ListBlock, depth: int) -> SafeString:
        tag = "ol" if block.ordered else "ul"
        start = format_html(' start="{}"', block.start) if block.ordered and block.start != 1 else ""
        items = []
        for item in block.items:
            below = self._list(item.below, depth + 1) if item.below and depth < DEEPEST_LIST else ""
            items.append(format_html("<li>{}{}</li>", self._runs(item.runs), below))
        return format_html("<{0}{1}>\n{2}\n</{0}>", mark_safe(tag), start, _together(items))

    def _cells(self, row: tuple, names: list[str]) -> SafeString:
        cells = zip(names, (self._runs(cell) for cell in row), strict=True)
        return format_html_join("", '<td data-th="{}">{}</td>', cells)

    def _attachment(self, item) -> SafeString:
        reference = self._linked(format_html('<b class="ref">{}</b>', item.reference), item.link)
        note = format_html(' <span class="meta">({})</span>', item.note) if item.note else ""
        return format_html("<li>{} {}{}</li>", reference, item.title, note)

    def _runs(self, runs: Iterable[Run]) -> SafeString:
        return mark_safe("".join(self._run(run) for run in runs))

    def _run(self, run: Run) -> SafeString:
        text = mark_safe(self._unbroken(escape(run.text)).replace("\n", "<br>"))
        if run.italic:
            text = format_html("<em>{}</em>", text)
        if run.bold:
            text = format_html("<strong>{}</strong>", text)
        return self._linked(text, run.link)

    def _unbroken(self, text: str) -> str:
        """In a file of its own a reference stays on one line, as it does on paper."""
        return _REFERENCE.sub(r'<span class="ref">\g<0></span>', text) if self.standalone else text

    def _linked(self, text: SafeString, link: str) -> SafeString:
        if self.standalone:
            link = absolute_link(link, self.base_url)
        if not link:
            return text
        rel = mark_safe(' rel="noopener noreferrer"' if urlsplit(link).netloc else "")
        return format_html('<a href="{}"{}>{}</a>', link, rel, text)
