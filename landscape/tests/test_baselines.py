"""Baselines: taken once, never changed, compared with each other and with today."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.moves import NotAllowed, Refused
from landscape.models import Baseline, BaselineArea, BaselineEntry
from landscape.queries.baselines import changes_between, rank_in_words, side_of, states_today
from landscape.registers import count_changes
from landscape.services.areas import close_area, edit_area, open_area_again
from landscape.services.baselines import take_baseline
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_full_area, make_round
from landscape.tests.pages import says, text_of
from organizations.tests.factories import make_committee


def change(cast, area, **changes):
    return edit_area(area, cast.iec_secretary, area.version, **changes)


def changes(before, after=None):
    return changes_between(side_of(before), side_of(after))


def test_a_baseline_keeps_the_open_areas_as_they_stand(cast):
    area, closed = make_full_area(cast.iso_secretary, owner=cast.ISO), make_area(cast.iso_secretary)
    close_area(closed, cast.iso_secretary, "Done")
    baseline = take_baseline(cast.iec_secretary, name="As reported to TSAG")
    change(cast, area, text="Other words.", name="Other name")
    row = baseline.areas.get()
    assert (row.area, row.number, row.facts["name"], row.facts["owner"]) == (area, 1, str(row), "ISO")
    assert row.text.startswith("Text of area")
    assert len(row.facts["committees"]) == 4
    assert (baseline.size, baseline.taken_by_label, baseline.round) == (1, "IEC secretary", None)
    assert BaselineEntry.objects.get().text == "took the baseline “As reported to TSAG” of 1 area"


def test_the_database_refuses_to_change_a_baseline(cast):
    make_area(cast.iso_secretary)
    baseline = take_baseline(cast.iso_secretary, name="B")
    for act in (
        lambda: Baseline.objects.update(name="C"),
        lambda: BaselineArea.objects.update(text="x"),
        lambda: BaselineArea.objects.all().delete(),
        lambda: baseline.delete(),
    ):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            act()
    assert Baseline.objects.get().name == "B"
    assert BaselineArea.objects.get().text.startswith("Text of area")


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_only_secretaries_take_baselines(cast, who):
    make_area(cast.iso_secretary)
    with pytest.raises(NotAllowed):
        take_baseline(cast.fresh(who), name="B")
    assert not Baseline.objects.exists()


def test_a_name_is_used_once_and_an_empty_register_is_not_kept(cast):
    with pytest.raises(Refused, match="no area"):
        take_baseline(cast.iso_secretary, name="B")
    make_area(cast.iso_secretary)
    take_baseline(cast.iso_secretary, name="B")
    with pytest.raises(Refused, match="of this name"):
        take_baseline(cast.iso_secretary, name="b")
    assert Baseline.objects.count() == 1


def test_the_comparison_tells_what_came_went_and_changed(cast):
    areas = [make_full_area(cast.iso_secretary) for _n in range(6)]
    before = take_baseline(cast.iso_secretary, name="Before")
    assert changes(before) == []
    change(cast, areas[0], text="Other words.")
    change(cast, areas[1], committees=[])
    change(cast, areas[2], mechanisms=[("other", "by hand")])
    change(cast, areas[3], owner=cast.IEC, source="A paper")
    close_area(areas[4], cast.iso_secretary, "Done")
    fresh = make_area(cast.iso_secretary)
    found = changes(before)
    assert [(item.area.area, item.kind, item.topics) for item in found] == [
        (areas[0].pk, "changed", ("text",)),
        (areas[1].pk, "changed", ("committees",)),
        (areas[2].pk, "changed", ("mechanisms",)),
        (areas[3].pk, "changed", ("owner", "source")),
        (areas[4].pk, "went", ()),
        (fresh.pk, "came", ()),
    ]
    after = take_baseline(cast.iso_secretary, name="After")
    open_area_again(areas[4], cast.iso_secretary)
    assert changes(before, after) == found
    assert [item.turned for item in changes(after, before)] == found
    counts = {name: number for name, number in count_changes(found).items() if number}
    assert counts == {"came": 1, "went": 1, "text": 1, "committees": 1, "mechanisms": 1, "owner": 1, "source": 1}


def test_an_edit_that_was_taken_back_is_no_change(cast):
    area = make_area(cast.iso_secretary)
    before = take_baseline(cast.iso_secretary, name="Before")
    old = area.text
    change(cast, area, text="Other words.")
    change(cast, area, text=old)
    assert changes(before) == []


def test_priority_moves_between_rounds_that_are_over(cast):
    first, second = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    one = make_round(cast.iso_secretary)
    for area, score in ((first, 5), (second, 2)):
        give_score(one, area, cast.iso_member, score)
    hidden = take_baseline(cast.iso_secretary, name="While it is open")
    assert set(hidden.areas.values_list("rank", flat=True)) == {None}
    close_round(one, cast.iso_secretary)
    before = take_baseline(cast.iso_secretary, name="Round one")
    assert list(before.areas.values_list("rank", flat=True)) == [1, 2]
    two = make_round(cast.iso_secretary, title="Two")
    for area, score in ((first, 3), (second, 4)):
        give_score(two, area, cast.iso_member, score)
    assert changes(before) == []
    close_round(two, cast.iso_secretary)
    assert [rank_in_words(item) for item in changes(before)] == [
        "from rank 1 to rank 2",
        "from rank 2 to rank 1",
    ]
    assert [rank_in_words(item) for item in changes(hidden, before)] == [
        "rank 1, before without a rank",
        "rank 2, before without a rank",
    ]


# Pages and files ---------------------------------------------------------------------------


def test_a_baseline_is_taken_read_and_compared_in_the_portal(cast, client_of):
    area = make_full_area(cast.iso_secretary, name="Railways")
    client = client_of("iso_secretary")
    assert "No baseline yet." in text_of(client.get("/landscape/baselines/"))
    form = {"name": "As reported", "token": "8d8a32cd-0c5c-4a3a-8f76-6e7b6d0a8a01"}
    for _click in range(2):
        response = client.post("/landscape/baselines/take/", form)
        assert response.status_code == 302
    baseline = Baseline.objects.get()
    assert "As reported" in text_of(client.get("/landscape/baselines/"))
    assert "Railways" in text_of(client.get(baseline.get_absolute_url()))
    address = f"{baseline.get_absolute_url()}compare/today/"
    assert "Nothing has changed" in text_of(client.get(address))
    change(cast, area, text="Other words <b>here</b>.", owner=cast.ISO)
    page = text_of(client.get(address))
    assert "1 area has changed." in page
    assert "<ins>" in page
    assert "<b>here</b>" not in page
    assert "Railways" in text_of(client.get(f"{address}?show=owner"))
    assert "Railways" in text_of(client.get(f"{address}?show=nonsense"))
    page = text_of(client.get(f"{address}?show=came"))
    assert "Railways" not in page
    assert "Nothing of this kind has changed." in page


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "taken"])
def test_the_form_tells_what_is_wrong(cast, client_of, name):
    make_area(cast.iso_secretary)
    take_baseline(cast.iso_secretary, name="Taken")
    form = {"name": name, "token": "8d8a32cd-0c5c-4a3a-8f76-6e7b6d0a8a01"}
    response = client_of("iso_secretary").post("/landscape/baselines/take/", form)
    assert response.status_code == 200
    assert "errsum" in text_of(response)
    assert Baseline.objects.count() == 1


def test_the_earlier_baseline_stands_first_whatever_the_order_of_the_address(cast, client_of):
    make_area(cast.iso_secretary, name="Railways")
    one = take_baseline(cast.iso_secretary, name="One", at=timezone.now() - timedelta(days=9))
    make_area(cast.iso_secretary, name="Ports")
    two = take_baseline(cast.iso_secretary, name="Two")
    client = client_of("observer")
    pages = [text_of(client.get(f"/landscape/baselines/{a.pk}/compare/{b.pk}/")) for a, b in ((one, two), (two, one))]
    for page in pages:
        assert "Areas added 1" in page
        assert "Areas closed" not in page
    response = client.get(f"/landscape/baselines/{one.pk}/compare/?with={two.pk}")
    assert response.headers["Location"].endswith(f"/{one.pk}/compare/{two.pk}/")


def test_what_is_not_there_is_not_found(cast, client_of):
    make_area(cast.iso_secretary)
    baseline = take_baseline(cast.iso_secretary, name="B")
    base = baseline.get_absolute_url()
    paths = ("compare/9999/", "compare/x/", "export/exe/", "compare/today/export/html/")
    for path in (*(f"{base}{path}" for path in paths), "/landscape/baselines/9999/"):
        assert client_of("observer").get(path).status_code == 404
    for path in ("/landscape/baselines/", base, f"{base}compare/today/", f"{base}export/csv/"):
        assert client_of("outsider").get(path).status_code == 404
    assert client_of("iso_member").get("/landscape/baselines/take/").status_code == 404


@pytest.mark.parametrize("format", ["xlsx", "csv", "docx", "pdf"])
def test_a_baseline_and_a_comparison_leave_in_every_format(cast, client_of, format):
    area = make_full_area(cast.iso_secretary, name="Railways", illustrative=True)
    baseline = take_baseline(cast.iso_secretary, name="As reported", illustrative=True)
    change(cast, area, text="Other words.", owner=cast.ISO)
    make_area(cast.iso_secretary, name="Ports", text="Cranes and quays.")
    base, client = baseline.get_absolute_url(), client_of("observer")
    kept, moved = (client.get(f"{base}{path}export/{format}/") for path in ("", "compare/today/"))
    for response in (kept, moved):
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert says(response.content, format, "Railways", "illustrative")
    assert says(kept.content, format, "Text of area")
    assert says(moved.content, format, "Not known", "ISO", "Cranes and quays")


def test_pages_take_the_same_number_of_queries_with_2_and_60_areas(cast, client_of):
    def fill(count):
        for area in [make_area(cast.iso_secretary) for _n in range(count)]:
            change(cast, area, text="Other words.")

    client, found = client_of("observer"), []
    client.get("/landscape/")
    for number, count in enumerate((2, 58)):
        fill(count)
        baseline = take_baseline(cast.iso_secretary, name=f"B {number}")
        for area in [row.area for row in baseline.areas.select_related("area")]:
            change(cast, area, text=f"{area.text} More.")
        counts = []
        for path in ("", "compare/today/", "export/csv/", "compare/today/export/csv/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{baseline.get_absolute_url()}{path}").status_code == 200
            counts.append(len(queries))
        found.append(counts)
        assert len(states_today()) == (2, 60)[number]
    # The page of a baseline lists the other baselines, of which there is one more now, in the same query.
    assert found[0] == found[1]


def test_the_page_of_a_baseline_has_roles_and_mechanisms_as_they_stood(cast, client_of):
    committee = make_committee("ISO/TC 901", "ISO")
    area = make_area(cast.iso_secretary, committees=[(committee, "leads")], mechanisms=[("liaison", "category A")])
    baseline = take_baseline(cast.iso_secretary, name="As reported")
    change(cast, area, committees=[], mechanisms=[])
    page = text_of(client_of("observer").get(baseline.get_absolute_url()))
    assert "ISO/TC 901 (leads)" in page
    assert "Liaison: category A" in page


def test_a_long_comparison_is_paged(cast, client_of):
    for _n in range(3):
        make_area(cast.iso_secretary)
    baseline = take_baseline(cast.iso_secretary, name="B")
    for number in range(25):
        make_area(cast.iso_secretary, name=f"Fresh {number:02}")
    page = text_of(client_of("observer").get(f"{baseline.get_absolute_url()}compare/today/"))
    assert page.count("<section") == 20
    assert "Page 1 of 2" in page
