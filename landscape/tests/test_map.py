"""The map: every area and committee once, no label on another, bounded in words, the same in words below."""

import re

import pytest
from django.core.cache import cache

from landscape.mapping import LEFT, MIDDLE, RIGHT, Node, draw, lines_of
from landscape.models import AreaCommittee
from landscape.queries import areas
from landscape.queries import map as mapped
from landscape.queries.map import Focus, map_of, matches
from landscape.services.areas import close_area
from landscape.tests.factories import make_area, make_full_area
from landscape.tests.pages import text_of
from landscape.tests.test_query_counts import queries_of
from organizations.tests.factories import make_committee

URL = "/landscape/map/"


def overlapping(drawing) -> list:
    """Pairs of labels of one column whose lines stand closer than a line is high."""
    found = []
    for side in (LEFT, MIDDLE, RIGHT):
        lines = sorted((float(y), text) for item in drawing.nodes if item.node.side == side for text, y in item.lines)
        found += [pair for pair in zip(lines, lines[1:], strict=False) if pair[1][0] - pair[0][0] < 15.9]
    return found


def test_no_label_covers_another_and_lines_keep_inside_their_column():
    areas = [Node(f"a{n}", "A very long name of an area " * (n % 5 + 1), "", MIDDLE, "linked") for n in range(60)]
    bodies = [Node(f"c{n}", f"ISO/IEC JTC {n}/SC {n}", "", (LEFT, RIGHT)[n % 2], "joint") for n in range(90)]
    edges = [(f"a{n % 60}", f"c{n}", "unknown") for n in range(90)] + [
        (f"a{n}", "c1", "leads") for n in range(0, 60, 7)
    ]
    drawing = draw([*areas, *bodies], edges)
    assert overlapping(drawing) == []
    assert len(drawing.nodes) == 150
    assert len(drawing.edges) == len(edges)
    assert all(" ".join(text for text, _y in item.lines) == item.node.label.strip() for item in drawing.nodes)
    assert all(0 < float(y) < drawing.height for item in drawing.nodes for _text, y in item.lines)


@pytest.mark.parametrize("name", ["W" * 200, "INFORMATION TECHNOLOGY FOR COMMITTEES " * 5, "量子技術と標準化" * 20])
def test_capitals_and_wide_letters_keep_inside_their_box(name):
    """Seen red: lines of 42 letters, whatever they were, ran out of the box."""
    capitals, small = (lines_of(Node("a", text, "", MIDDLE, "linked")) for text in (name, "internet of things " * 9))
    assert max(map(len, capitals)) <= 33
    assert 36 <= max(map(len, small)) <= 42
    bold = lines_of(Node("a", name, "", MIDDLE, "linked", focus=True))
    assert max(map(len, bold)) <= max(map(len, capitals))


def test_a_side_without_committees_takes_no_room():
    """Seen red: on a phone the picture of one area without committees began with nothing."""
    area = Node("a", "Area", "", MIDDLE, "unlinked")
    alone, beside = draw([area], []), draw([area, Node("c", "ISO/TC 9", "", LEFT, "iso")], [("a", "c", "")])
    assert float(alone.nodes[0].left) - alone.left == 8
    assert alone.width == 346
    assert (beside.left, beside.width) == (0, 713)


def test_the_same_graph_is_drawn_the_same():
    nodes = [Node(f"a{n}", f"Area {n}", "", MIDDLE, "linked") for n in range(9)]
    nodes += [Node(f"c{n}", f"ISO/TC {n}", "", LEFT, "iso") for n in range(9)]
    edges = [(f"a{n}", f"c{n * 4 % 9}", "unknown") for n in range(9)]
    assert draw(nodes, edges) == draw(list(nodes), list(edges))


def test_areas_stand_beside_their_committees():
    """Three groups that share nothing do not cross, whatever the order in which they come."""
    nodes = [Node(f"a{n}", f"Area {n}", "", MIDDLE, "linked") for n in range(6)]
    nodes += [Node(f"c{n}", f"ISO/TC {n}", "", LEFT, "iso") for n in (2, 0, 1)]
    heights = {
        item.node.key: float(item.y) for item in draw(nodes, [(f"a{n}", f"c{n % 3}", "") for n in range(6)]).nodes
    }
    ordered = sorted(range(3), key=lambda n: heights[f"c{n}"])
    means = [(heights[f"a{n}"] + heights[f"a{n + 3}"]) / 2 for n in ordered]
    assert means == sorted(means)


def test_the_page_says_in_words_what_the_picture_shows(cast, client_of):
    full = make_full_area(cast.iso_secretary)
    lone = make_area(cast.iso_secretary, name="Without committees")
    page = text_of(client_of("observer").get(URL))
    picture, words = page.split('id="words"')
    for name in (full.name, lone.name, *full.committees.values_list("committee__acronym", flat=True)):
        assert name in picture
        assert name in words
    assert picture.count('<path class="edge"') == 4
    assert 'class="unlinked"' in picture
    assert "style=" not in picture
    assert "2 areas, 4 committees." in re.sub(r"\s+", " ", page)


def test_focus_on_an_area_shows_its_committees_and_where_else_they_work(cast):
    shared, other = make_committee("ISO/TC 901", "ISO"), make_committee("IEC TC 902", "IEC")
    one = make_area(cast.iso_secretary, committees=[shared])
    two = make_area(cast.iso_secretary, committees=[shared, other])
    three = make_area(cast.iso_secretary, committees=[other])
    assert [line.area for line in map_of(Focus(area=one)).lines] == [one, two]
    assert [line.area for line in map_of(Focus(committee=other)).lines] == [two, three]
    assert map_of(Focus(committee=other)).committees == 2
    assert [line.area for line in map_of(Focus(organization=cast.IEC)).lines] == [two, three]
    assert map_of(Focus(organization=cast.IEC)).committees == 1


def test_closed_areas_are_not_on_the_map(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    close_area(area, cast.iso_secretary, "Done")
    assert map_of(Focus()).lines == []
    assert "closed and not on the map" in text_of(client_of("observer").get(f"{URL}?area={area.slug}"))
    assert "nothing to draw" in text_of(client_of("observer").get(URL))


def test_a_map_that_is_too_large_says_so_and_cuts_nothing(cast, client_of, monkeypatch):
    area = make_full_area(cast.iso_secretary)
    make_area(cast.iso_secretary, committees=list(_committees_of(area))[:1])
    monkeypatch.setattr(mapped, "MOST_NODES", 5)
    assert map_of(Focus()).too_large
    page = text_of(client_of("observer").get(URL))
    assert "has 6 areas and committees" in page
    assert '<svg class="map"' not in page
    around = map_of(Focus(area=area))
    assert (len(around.lines), around.committees, around.left_out) == (1, 4, 1)
    assert "1 more stands one step further" in text_of(client_of("observer").get(f"{URL}?area={area.slug}"))


def _committees_of(area):
    return (row.committee for row in area.committees.all())


def test_typed_words_lead_to_the_one_match_or_to_a_list(cast, client_of):
    area = make_area(cast.iso_secretary, name="Railways", committees=[make_committee("ISO/TC 9", "ISO")])
    make_area(cast.iso_secretary, name="Rails of trams", committees=[make_committee("ISO/TC 91", "ISO")])
    client = client_of("observer")
    assert client.get(f"{URL}?q=railways").headers["Location"] == f"{URL}?area={area.slug}"
    exact = AreaCommittee.objects.get(area=area).committee
    assert client.get(f"{URL}?q=iso/tc+9").headers["Location"] == f"{URL}?committee={exact.pk}"
    assert "2 areas and committees" in text_of(client.get(f"{URL}?q=rail"))
    assert "0 areas and committees" in text_of(client.get(f"{URL}?q=%00nothing"))


def test_a_list_of_matches_says_how_many_are_not_listed(cast):
    for number in range(25):
        make_area(cast.iso_secretary, name=f"Rail {number}")
    found, committees, total = matches("rail")
    assert (len(found), committees, total) == (20, [], 25)


@pytest.mark.parametrize("query", ["committee=x", "committee=99999", "organization=x", "area=x", "area=%00"])
def test_what_is_not_there_is_404(cast, client_of, query):
    assert client_of("observer").get(f"{URL}?{query}").status_code == 404


def test_the_map_takes_the_same_number_of_queries_with_1_and_30_areas(cast, client_of):
    make_full_area(cast.iso_secretary)
    client = client_of("observer")
    client.get(URL)
    one = queries_of(client, URL)
    for _n in range(29):
        make_full_area(cast.iso_secretary)
    assert queries_of(client, URL) == one
    assert areas().count() == 30


def test_the_picture_is_kept_until_it_changes(cast, monkeypatch):
    cache.clear()
    make_full_area(cast.iso_secretary)
    first = map_of(Focus()).picture
    monkeypatch.setattr(mapped, "draw", lambda *_graph: pytest.fail("drawn again"))
    assert map_of(Focus()).picture == first
    monkeypatch.undo()
    make_area(cast.iso_secretary, name="One more")
    assert "One more" in map_of(Focus()).picture
