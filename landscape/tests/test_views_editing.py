"""Adding, editing, comparing, restoring and closing an area in the browser."""

import uuid

import pytest

from landscape.models import Area
from landscape.services.areas import edit_area
from landscape.tests.factories import make_area
from landscape.tests.pages import form_of, text_of
from organizations.tests.factories import make_committee


def test_adding_an_area_twice_is_one_area(client_of, cast):
    make_committee("ISO/TC 268")
    data = {
        "name": "Smart cities",
        "text": "Cities.",
        "committees": "iso/tc 268: Leads\r\n\r\n",
        "kind_0": "liaison",
        "detail_0": "category A",
        "token": str(uuid.uuid4()),
    }
    client = client_of("itu_t_secretary")
    assert client.post("/landscape/new/", data).headers["Location"] == "/landscape/smart-cities/"
    assert client.post("/landscape/new/", data).headers["Location"] == "/landscape/smart-cities/"
    area = Area.objects.get()
    assert (str(area.committees.get()), str(area.mechanisms.get())) == ("ISO/TC 268: Leads", "Liaison: category A")


def test_wrong_committees_and_mechanisms_are_named_and_typed_text_is_kept(client_of, cast):
    make_committee("ISO/TC 268")
    data = {
        "name": "N",
        "text": "T",
        "committees": "ISO/TC 26\nISO/TC 268: boss",
        "kind_0": "",
        "detail_0": "category A",
        "kind_1": "handshake",
        "token": str(uuid.uuid4()),
    }
    page = text_of(client_of("iso_secretary").post("/landscape/new/", data))
    assert "“ISO/TC 26” is not in the catalogue of committees. Did you mean ISO/TC 268?" in page
    assert "ISO/TC 268: the role is one of these: leads, takes part, in liaison." in page
    assert "Choose the kind of mechanism to which this detail belongs." in page
    assert "ISO/TC 268: boss</textarea>" in page
    assert 'value="category A"' in page
    assert not Area.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 201, "\x00\x07"])
def test_bad_names_are_refused(client_of, cast, name):
    data = {"name": name, "text": "T", "token": str(uuid.uuid4())}
    response = client_of("iso_secretary").post("/landscape/new/", data)
    assert response.status_code == 200
    assert response.context["form"].errors["name"]


def test_conflict_shows_both_texts_and_saving_again_works(cast, client_of, area):
    client = client_of("iec_secretary")
    edit_area(area, cast.iso_secretary, 1, text="Theirs.")
    data = form_of(area, text="Mine.", version=1)
    page = client.post(f"/landscape/{area.slug}/edit/", data)
    assert "Theirs." in text_of(page)
    assert "Mine.</textarea>" in text_of(page)
    assert page.context["form"]["version"].value() == 2
    again = client.post(f"/landscape/{area.slug}/edit/", {**data, "version": 2})
    assert again.headers["Location"] == f"/landscape/{area.slug}/#changes"
    assert Area.objects.get().text == "Mine."


def test_edit_form_shows_committees_and_mechanisms_and_saves_them_unchanged(client_of, area):
    client = client_of("iso_secretary")
    form = client.get(f"/landscape/{area.slug}/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(f"/landscape/{area.slug}/edit/", {**data, "reason": "None"})
    assert area.revisions.count() == 1
    client.post(f"/landscape/{area.slug}/edit/", {**data, "text": "Other", "reason": "Why"})
    newest = area.revisions.first()
    assert newest.facts == area.revisions.last().facts
    assert (newest.number, newest.text) == (2, "Other")


def test_an_edit_of_an_area_with_many_mechanisms_loses_none(cast, client_of):
    """Seen red: all beyond the twentieth were gone, and nobody was told."""
    area = make_area(cast.iso_secretary, mechanisms=[("other", f"detail {n}") for n in range(25)])
    client, url = client_of("iec_secretary"), f"/landscape/{area.slug}/edit/"
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(url, {**data, "text": "Other words", "reason": "Why"})
    assert [row.detail for row in area.mechanisms.all()] == [f"detail {n}" for n in range(25)]
    assert len(client.post(url, {f"kind_{n}": "other" for n in range(500)}).context["form"].fields) < 100


def test_edit_needs_a_reason(client_of, area):
    page = client_of("iso_secretary").post(f"/landscape/{area.slug}/edit/", form_of(area, text="New", reason=""))
    assert page.context["form"].errors["reason"]
    assert area.revisions.count() == 1


def test_last_changes_compare_and_restore(cast, client_of, area):
    edit_area(area, cast.iso_secretary, 1, text="It meets twice a year.", reason="R2")
    edit_area(area, cast.iso_secretary, 2, text="It meets once a year.", reason="R3")
    client = client_of("iso_secretary")
    page = text_of(client.get(area.get_absolute_url()))
    assert '<del><span class="visually-hidden">[removed:] </span>twice</del>' in page
    assert '<ins><span class="visually-hidden">[added:] </span>once</ins>' in page
    chosen = client.get(f"/landscape/{area.slug}/compare/?first=1&second=zz")
    assert chosen.headers["Location"] == f"/landscape/{area.slug}/compare/1/3/"
    assert client.get(f"/landscape/{area.slug}/compare/1/9/").status_code == 404
    version = client.get(f"/landscape/{area.slug}/restore/2/").context["form"]["version"].value()
    client.post(f"/landscape/{area.slug}/restore/2/", {"version": version, "reason": "Back"})
    assert area.revisions.first().text == "It meets twice a year."


def test_closing_and_opening_again(client_of, area):
    client = client_of("iso_secretary")
    assert client.post(f"/landscape/{area.slug}/close/", {"reason": ""}).context["form"].errors["reason"]
    for _click in range(2):
        client.post(f"/landscape/{area.slug}/close/", {"reason": "Merged"})
    assert area.history.filter(action="close").count() == 1
    assert client.get("/landscape/").context["rows"] == []
    assert "Open the area again" in text_of(client.get(area.get_absolute_url()))
    for _click in range(2):
        client.post(f"/landscape/{area.slug}/open-again/")
    assert area.history.filter(action="open_again").count() == 1
