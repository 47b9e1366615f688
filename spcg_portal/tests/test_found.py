"""The search page: results by kind, a line of text around the match, and what to do when nothing is found."""

from __future__ import annotations

from core.search import index
from core.search.marking import line_around as line_of
from core.search.words import terms_of
from spcg_portal.found import KINDS


def line_around(text: str, query: str) -> str:
    return line_of(text, terms_of(query))


def page_of(client, query: str) -> str:
    return client.get("/search/", {"q": query}).content.decode()


def test_search_groups_results_under_the_words_for_their_kind(cast, client_of):
    index("step", 1, "Webinar on heat pumps", "", "/communications/work-plan/steps/1/")
    index("area", 1, "Energy", "Heat pumps and their data", "/landscape/energy/")
    index("area", 2, "Heat pumps", "Everything else", "/landscape/heat-pumps/")
    page = page_of(client_of("observer"), "heat pumps")
    places = [
        page.index(text) for text in ("<h2>Areas of the", ">Heat pumps<", ">Energy<", "<h2>Steps of the work plan")
    ]
    assert places == sorted(places)
    assert "<mark>Heat pumps</mark> and their data" in page


def test_search_names_every_kind_that_the_rooms_offer(cast, client_of):
    for number, kind in enumerate(KINDS):
        index(kind, number, f"Record {number}", "", "/")
    page = page_of(client_of("observer"), "record")
    assert all(f"<h2>{kind.name} " in page for kind in KINDS.values())
    assert "Other records" not in page


def test_search_without_result_says_what_to_do(cast, client_of):
    page = page_of(client_of("observer"), "zzqq")
    assert "0 records hold all of these words." in page
    assert "Try fewer words" in page


def test_line_around_shows_where_the_words_stand_and_escapes_the_text():
    text = "First <b>sentence</b> of the text. " * 8 + "The **boundary** is here & there. " + "The rest of it. " * 20
    line = line_around(text, "boundary")
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert "The <mark>boundary</mark> is here &amp; there." in line
    assert "<b>" not in line
    assert len(line) < 320


def test_line_around_falls_back_to_the_beginning():
    assert line_around("Énergie et données", "chaleur") == "Énergie et données"
    assert line_around("Énergie et données", "energie") == "<mark>Énergie</mark> et données"
    assert line_around("", "word") == ""


def test_line_around_marks_a_reference_typed_in_parts_and_no_single_letters():
    assert line_around("Both boards read SPCG-47B.", "spcg 47 b") == "Both boards read <mark>SPCG-47B</mark>."
