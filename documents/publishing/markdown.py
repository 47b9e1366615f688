"""Markdown, as people type it in the portal, turned into blocks of a document."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from documents.publishing.content import (
    DEEPEST_HEADING,
    DEEPEST_LIST,
    Block,
    Body,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Run,
    Table,
    runs_of,
    text_of,
)

_TYPED_NUMBER = re.compile(r"\d+(\.\d+)*[.)]?\s")
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks_from_markdown(text: str, *, numbered: bool = True) -> Body:
    """Raw HTML stays text; headings that all carry a typed number get no second one."""
    root = SyntaxTreeNode(_PARSER.parse(text))
    typed = [_flat(node) for node in root.walk() if node.type == "heading"]
    numbered = numbered and not (typed and all(map(_TYPED_NUMBER.match, typed)))
    return tuple(block for node in root.children for block in _blocks(node, numbered))


def _blocks(node: SyntaxTreeNode, numbered: bool) -> list[Block]:
    if node.type == "heading":
        heading = " ".join(_flat(node).split())
        return [Heading(min(int(node.tag[1]), DEEPEST_HEADING), heading, numbered)] if heading else []
    if node.type in ("bullet_list", "ordered_list"):
        return [_list(node, 1)]
    if node.type == "table":
        return [_table(node)]
    if node.type in ("fence", "code_block"):
        return [Paragraph(node.content.rstrip("\n"))]
    if node.type == "blockquote":
        return [block for child in node.children for block in _blocks(child, numbered)]
    runs = _runs(node)
    return [Paragraph(runs)] if runs else []


def _list(node: SyntaxTreeNode, depth: int) -> ListBlock:
    ordered = node.type == "ordered_list"
    items = tuple(item for child in node.children for item in _items(child, depth))
    return ListBlock(items, ordered, int(node.attrs.get("start", 1)) if ordered else 1)


def _items(node: SyntaxTreeNode, depth: int) -> list[ListItem]:
    """One item; what cannot stand in it (a list too deep, a second one) follows on the same level."""
    below, overflow, lines = None, [], []
    for child in node.children:
        if child.type not in ("bullet_list", "ordered_list"):
            lines.append(_all_runs(child))
        elif depth < DEEPEST_LIST and below is None:
            below = _list(child, depth + 1)
        else:
            overflow += [item for nested in child.children for item in _items(nested, depth)]
    return [ListItem(_joined(lines), below), *overflow]


def _joined(lines: list[tuple[Run, ...]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for line in filter(None, lines):
        runs += [Run("\n"), *line] if runs else line
    return runs_of(runs)


def _table(node: SyntaxTreeNode) -> Table:
    rows = [tuple(_runs(cell) for cell in row.children) for part in node.children for row in part.children]
    return Table("", rows[0], rows[1:])


def _all_runs(node: SyntaxTreeNode) -> tuple[Run, ...]:
    """The words of any block inside a list item, whatever it is."""
    if node.type in ("fence", "code_block"):
        return (Run(node.content.rstrip("\n")),)
    if node.type in ("paragraph", "heading", "inline", "th", "td"):
        return _runs(node)
    return _joined([_all_runs(child) for child in node.children])


def _runs(node: SyntaxTreeNode, bold: bool = False, italic: bool = False, link: str = "") -> tuple[Run, ...]:
    runs: list[Run] = []
    for child in node.children:
        if child.type == "softbreak":
            runs.append(Run(" ", bold, italic, link))
        elif child.type == "hardbreak":
            runs.append(Run("\n", bold, italic, link))
        elif child.children:
            target = str(child.attrs.get("href", "")) or link
            runs += _runs(child, bold or child.type == "strong", italic or child.type == "em", target)
        else:
            runs.append(Run(child.content, bold, italic, link))
    return runs_of(runs)


def _flat(node: SyntaxTreeNode) -> str:
    return text_of(_runs(node))
