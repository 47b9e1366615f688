"""What is printed in parts: every edge once, every part within its sheet, neighbours together."""

from hypothesis import given
from hypothesis import strategies as st

from landscape.mapping import LEFT, MIDDLE, RIGHT, TOP, Node, draw
from landscape.sheets import FIRST_SHEET, SHEET, parts_of

GRAPHS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 80)), max_size=200, unique=True)


def graph_of(pairs: list[tuple[int, int]]) -> tuple[list[Node], list[tuple[str, str, str]]]:
    areas = [Node(f"a{n}", "A long name of an area " * (n % 4 + 1), "", MIDDLE, "linked") for n in range(31)]
    bodies = [Node(f"c{n}", f"ISO/TC {n}", "", (LEFT, RIGHT)[n % 2], "iso") for n in range(81)]
    touched = {f"c{n}" for _area, n in pairs}
    return [*areas, *(node for node in bodies if node.key in touched)], [(f"a{a}", f"c{c}", "") for a, c in pairs]


@given(GRAPHS)
def test_every_edge_and_every_area_is_in_the_parts_and_each_part_fits(pairs):
    """Seen red with the limit left out of the loop."""
    nodes, edges = graph_of(pairs)
    parts = parts_of(nodes, edges)
    assert sorted(edge for part in parts for edge in part.edges) == sorted(edges)
    assert {key for part in parts for key in part.keys} == {node.key for node in nodes}
    heights = [draw(part.nodes(nodes), part.edges).height for part in parts]
    areas = sum(node.side == MIDDLE for node in parts[0].nodes(nodes))
    assert heights[0] <= FIRST_SHEET + 2 * TOP or areas == 1
    assert all(height <= SHEET + 2 * TOP for height in heights)


def test_an_area_with_more_committees_than_a_sheet_has_room_for_goes_on_in_the_next():
    nodes, edges = graph_of([(0, n) for n in range(80)])
    with_it = [part for part in parts_of(nodes, edges, high=300, first=300) if "a0" in part.keys]
    assert len(with_it) > 2
    assert sorted(edge for part in with_it for edge in part.edges) == sorted(edges)
