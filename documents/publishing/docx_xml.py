"""Small builders of WordprocessingML, straight in lxml because long tables are slow any other way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from docx.oxml.ns import qn
from docx.oxml.parser import oxml_parser
from lxml.etree import _Element

from documents.publishing.content import Run

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
name = lru_cache(qn)


def el(tag: str, *children: _Element, **attributes: str | int) -> _Element:
    """An element of the `w` namespace, as are its attributes."""
    element = oxml_parser.makeelement(name(f"w:{tag}"))
    for key, value in attributes.items():
        element.set(name(f"w:{key}"), str(value))
    element.extend(children)
    return element


def paragraph(style: str, *children: _Element, properties: Iterable[_Element] = ()) -> _Element:
    return el("p", el("pPr", el("pStyle", val=style), *properties), *children)


def styled_run(run: Run, *, bold: bool = False, style: str = "") -> _Element:
    """A run with its breaks and tabs; the order of the properties is the one that the schema demands."""
    properties = [el("rStyle", val=style)] if style else []
    if run.bold or bold:
        properties += [el("b"), el("bCs")]
    if run.italic:
        properties += [el("i"), el("iCs")]
    return el("r", *([el("rPr", *properties)] if properties else []), *_pieces(run.text))


def text_run(text: str, *, bold: bool = False) -> _Element:
    return styled_run(Run(text, bold))


def _pieces(text: str) -> Iterable[_Element]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield el("br")
        for stop, part in enumerate(line.split("\t")):
            if stop:
                yield el("tab")
            if part:
                yield _text(part)


def _text(text: str) -> _Element:
    element = el("t")
    element.text = text
    element.set(SPACE, "preserve")
    return element


def field(instruction: str) -> _Element:
    """A simple field with a value in it, so that Word shows it at once and asks nothing."""
    return el("fldSimple", el("r", _text("1")), instr=f" {instruction} ")


def bookmarked(identifier: int, bookmark: str, *children: _Element) -> tuple[_Element, ...]:
    return (el("bookmarkStart", id=identifier, name=bookmark), *children, el("bookmarkEnd", id=identifier))


def cell(width: int, *paragraphs: _Element, span: int = 1, rule: bool = False, flush: bool = False) -> _Element:
    """A cell over so many columns; `rule` draws a line above it, `flush` lets it reach the margin."""
    properties = [el("tcW", w=width, type="dxa")]
    if span > 1:
        properties.append(el("gridSpan", val=span))
    if rule:
        properties.append(el("tcBorders", el("top", val="single", sz=12, space=0, color="auto")))
    if flush:
        properties.append(el("tcMar", el("right", w=0, type="dxa")))
    return el("tc", el("tcPr", *properties), *paragraphs)


def row(*cells: _Element, header: bool = False) -> _Element:
    properties = [el("cantSplit")]
    if header:
        properties.append(el("tblHeader"))
    return el("tr", el("trPr", *properties), *cells)


def table(style: str, widths: Iterable[int], rows: Iterable[_Element], *, header: bool, caption: str) -> _Element:
    """A table of fixed columns; the caption is what a screen reader announces."""
    widths = tuple(widths)
    return el(
        "tbl",
        el(
            "tblPr",
            el("tblStyle", val=style),
            el("tblW", w=sum(widths), type="dxa"),
            el("tblLayout", type="fixed"),
            el(
                "tblLook",
                val="0420" if header else "0400",
                firstRow=int(header),
                lastRow=0,
                firstColumn=0,
                lastColumn=0,
                noHBand=0,
                noVBand=1,
            ),
            el("tblCaption", val=caption),
        ),
        el("tblGrid", *(el("gridCol", w=width) for width in widths)),
        *rows,
    )
