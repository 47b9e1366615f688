"""The map as a drawing: committees of ISO on the left, areas in the middle, the other committees on the right.

Which row a node stands in comes from networkx; every label has a row of its own, so that none covers another. The same
graph is always drawn the same. Numbers are text, so that no language turns a point into a comma."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from textwrap import wrap
from unicodedata import east_asian_width

import networkx as nx

LEFT, MIDDLE, RIGHT = 0, 1, 2
WIDTH, BOX, SIDE = 1080, (375, 705), 205
LETTERS = {LEFT: 27, MIDDLE: 42, RIGHT: 27}
LINE, GAP, TOP = 16, 8, 8
SWEEPS = 12
SHAPES = {("ISO",): "iso", ("IEC",): "iec", ("ITU-T",): "itu"}


@dataclass(frozen=True)
class Node:
    """An area or a committee; `kind` is iso, iec, itu or joint for a committee, and for an area whether it has a
    mechanism: linked or unlinked."""

    key: str
    label: str
    url: str
    side: int
    kind: str
    focus: bool = False


@dataclass(frozen=True)
class Drawn:
    """A node in its place: the lines of its label with the height of each, and its mark."""

    node: Node
    x: str
    y: str
    left: str
    top: str
    high: str
    text_x: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """Everything that the template draws; `left` is where the picture begins."""

    left: int
    width: int
    height: int
    edges: tuple[tuple[str, str], ...]
    nodes: tuple[Drawn, ...]


Edge = tuple[str, str, str]
Edges = Sequence[Edge]


def digest_of(nodes: Sequence[Node], edges: Edges, *more: str) -> str:
    """The same for the same map: under this key a drawing is kept."""
    return sha256(repr((list(nodes), list(edges), more)).encode()).hexdigest()[:32]


def order_of(nodes: Sequence[Node], edges: Edges) -> dict[int, list[str]]:
    """The nodes of each column from top to bottom, those that belong together near each other: first by reverse
    Cuthill-McKee, which keeps edges short, then each column by the mean place of its neighbours."""
    graph = nx.Graph()
    graph.add_nodes_from(node.key for node in nodes)
    graph.add_edges_from((area, committee) for area, committee, _role in edges)
    found = list(nx.utils.reverse_cuthill_mckee_ordering(graph))
    sides = {node.key: node.side for node in nodes}
    columns = {side: [key for key in found if sides[key] == side] for side in (LEFT, MIDDLE, RIGHT)}
    for sweep in range(SWEEPS):
        places = _fractions(columns)
        for side in (MIDDLE,) if sweep % 2 else (LEFT, RIGHT):
            columns[side].sort(key=lambda key: _pull(graph, places, key))
    return columns


def _fractions(columns: Mapping[int, Sequence[str]]) -> dict[str, float]:
    return {key: (n + 0.5) / len(column) for column in columns.values() for n, key in enumerate(column)}


def _pull(graph: nx.Graph, places: Mapping[str, float], key: str) -> float:
    near = [places[other] for other in graph[key]]
    return round(sum(near) / len(near), 9) if near else places[key]


def lines_of(node: Node) -> list[str]:
    """The label of a node in lines that its column has room for; capitals and bold letters take more of it."""
    room = LETTERS[node.side] * len(node.label) / max(1, sum(map(_width, node.label))) * (0.88 if node.focus else 1)
    return wrap(node.label, round(room)) or [""]


def _width(letter: str) -> float:
    """How wide a letter is beside an ordinary small one."""
    if east_asian_width(letter) in "WF" or letter in "MW":
        return 1.8
    return 1.3 if letter.isupper() or letter in "mw" else 1


def height_of(columns: Iterable[Sequence[int]]) -> int:
    """What columns take whose labels have so many lines: every row of a column has room for its longest label."""
    return max((len(column) * (LINE * max(column) + GAP) for column in columns if column), default=0)


def draw(nodes: Sequence[Node], edges: Edges) -> Drawing:
    """The drawing of a graph."""
    known = {node.key: node for node in nodes}
    lines = {node.key: lines_of(node) for node in nodes}
    columns = order_of(nodes, edges)
    height = height_of([len(lines[key]) for key in column] for column in columns.values())
    graph = nx.Graph()
    graph.add_nodes_from(known)
    layers = {side: column for side, column in columns.items() if column}
    spots = nx.multipartite_layout(graph, subset_key=layers) if known else {}
    middles = _heights(layers, spots, height)
    # A side without committees takes no room, so that on a phone the picture does not begin with nothing.
    left, right = (0 if columns[LEFT] else BOX[0] - 8), (WIDTH if columns[RIGHT] else BOX[1] + 8)
    return Drawing(
        left=left,
        width=right - left,
        height=round(height + 2 * TOP),
        edges=tuple((_path(known[c].side, middles[a], middles[c]), role) for a, c, role in edges),
        nodes=tuple(_drawn(known[key], middles[key], lines[key]) for column in columns.values() for key in column),
    )


def _heights(layers: Mapping[int, Sequence[str]], spots: Mapping, height: float) -> dict[str, float]:
    """The middle of each node: every column is spread over the whole height."""
    found = {}
    for column in layers.values():
        ys = [float(spots[key][1]) for key in column]
        low, span = min(ys), max(ys) - min(ys)
        room = height / len(column)
        for key, y in zip(column, ys, strict=True):
            found[key] = TOP + room / 2 + ((y - low) / span * (height - room) if span else 0)
    return found


def _number(value: float) -> str:
    return f"{value:.1f}"


def _path(side: int, area: float, committee: float) -> str:
    """A soft line from the area to the committee on its side."""
    start, end = (BOX[0], SIDE + 8) if side == LEFT else (BOX[1], WIDTH - SIDE - 8)
    half = (start + end) / 2
    near, far = _number(area), _number(committee)
    return f"M{start} {near}C{_number(half)} {near} {_number(half)} {far} {end} {far}"


def _drawn(node: Node, y: float, lines: Sequence[str]) -> Drawn:
    mark = {LEFT: SIDE, MIDDLE: BOX[0] + 12, RIGHT: WIDTH - SIDE}[node.side]
    text = {LEFT: SIDE - 12, MIDDLE: BOX[0] + 24, RIGHT: WIDTH - SIDE + 12}[node.side]
    first = y - LINE * (len(lines) - 1) / 2 + 4.5
    high = LINE * len(lines) + GAP - 3
    left, top = (BOX[0], y - high / 2) if node.side == MIDDLE else (mark - 4, y - 4)
    heights = tuple((line, _number(first + LINE * n)) for n, line in enumerate(lines))
    return Drawn(node, _number(mark), _number(y), _number(left), _number(top), _number(high), _number(text), heights)
