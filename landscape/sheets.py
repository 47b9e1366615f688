"""The map on paper: what is higher than a sheet is drawn in parts, each complete in itself and legible.

Areas that stand near each other on the map stay together; every edge is in one part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from landscape.mapping import MIDDLE, Edge, Edges, Node, height_of, lines_of, order_of

# What an A4 sheet on its side takes at 7 points and more. The first sheet has the head of the page too.
SHEET, FIRST_SHEET = 660, 330


@dataclass
class Part:
    """The nodes and edges of one part; the nodes as they were named."""

    keys: set[str] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)

    def nodes(self, all_nodes: Sequence[Node]) -> list[Node]:
        return [node for node in all_nodes if node.key in self.keys]


class _Room:
    """How high nodes are when they are drawn."""

    def __init__(self, nodes: Sequence[Node]):
        self.known = {node.key: (node.side, len(lines_of(node))) for node in nodes}

    def height(self, keys: Iterable[str]) -> int:
        columns: dict[int, list[int]] = defaultdict(list)
        for key in keys:
            side, lines = self.known[key]
            columns[side].append(lines)
        return height_of(columns.values())


def parts_of(nodes: Sequence[Node], edges: Edges, high: int = SHEET, first: int = FIRST_SHEET) -> list[Part]:
    """The graph in parts of at most `high` when they are drawn, the first of at most `first`, in the order of the map.
    An area with more committees than a part has room for goes on in the next."""
    room, parts = _Room(nodes), [Part()]
    own: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        own[edge[0]].append(edge)
    for area in order_of(nodes, edges)[MIDDLE]:
        for piece in _pieces(room, area, own[area], high):
            touched = _touched(area, piece)
            limit = first if len(parts) == 1 else high
            if parts[-1].keys and room.height(parts[-1].keys | touched) > limit:
                parts.append(Part())
            parts[-1].keys |= touched
            parts[-1].edges += piece
    return parts


def _touched(area: str, edges: Edges) -> set[str]:
    return {area, *(committee for _area, committee, _role in edges)}


def _pieces(room: _Room, area: str, edges: list[Edge], high: int) -> list[list[Edge]]:
    """The edges of an area, halved until each piece fits."""
    if len(edges) < 2 or room.height(_touched(area, edges)) <= high:
        return [edges]
    half = len(edges) // 2
    return [*_pieces(room, area, edges[:half], high), *_pieces(room, area, edges[half:], high)]
