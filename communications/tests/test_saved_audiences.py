"""Audiences: single committees, saved selections, and the difference from the last letter."""

from __future__ import annotations

import pytest

from communications.models import Letter, SavedAudience
from communications.queries import count_recipients, exclusions, remarks_on
from communications.queries.audience import recipients
from communications.services.audiences import edit_audience, remove_audience, save_audience
from communications.services.dispatch import send_letter
from communications.services.letters import edit_letter
from communications.tests.factories import make_letter
from core.moves import Conflict, NotAllowed, Refused
from organizations.services.erasure import erase_contact
from organizations.tests.factories import make_committee, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_tree(cast):
    """ISO/TC 1 with a subcommittee and one below it, and another committee, each with a chair; and a body."""
    top = make_committee("ISO/TC 1")
    below = make_committee("ISO/TC 1/SC 2", parent=top, kind="SC")
    lowest = make_committee("ISO/TC 1/SC 2/SG 3", parent=below, kind="other")
    other = make_committee("ISO/TC 9")
    for committee in (top, below, lowest, other):
        make_contact(cast.ISO, committee=committee, name=f"Chair of {committee}")
    make_contact(cast.ISO, capacity="national_body", name="Body")
    make_contact(cast.ISO, name="Chair of nothing")
    return top


def names(letter) -> set[str]:
    return {contact.name for contact in recipients(letter)}


def test_single_committees_alone_or_with_all_that_stands_below_them(cast):
    top = make_tree(cast)
    letter = make_letter(cast, committees=[top])
    assert names(letter) == {"Chair of ISO/TC 1", "Body"}
    letter = edit_letter(letter, cast.iso_secretary, letter.version, with_subcommittees=True)
    assert names(letter) == {"Chair of ISO/TC 1", "Chair of ISO/TC 1/SC 2", "Chair of ISO/TC 1/SC 2/SG 3", "Body"}
    assert count_recipients(letter)["ISO"] == 4
    letter = edit_letter(letter, cast.iso_secretary, letter.version, committees=[])
    assert count_recipients(letter)["ISO"] == 6


def test_another_committee_asks_all_three_again(cast):
    top = make_tree(cast)
    letter = make_letter(cast, "approved")
    letter = edit_letter(letter, cast.iso_secretary, letter.version, committees=[top])
    assert letter.state == "for_approval"
    assert letter.edition == 2
    with pytest.raises(Conflict):
        edit_letter(letter, cast.iso_secretary, letter.version - 1, committees=[])
    assert "ISO/TC 1" in str(letter.covers.first().editions.first().content["audience"]["committees"])


def test_the_letters_form_takes_committees_and_says_which_it_does_not_know(cast, client_of):
    make_tree(cast)
    letter = make_letter(cast)
    client = client_of("iso_secretary")
    form = {
        "subject": "S",
        "body": "B",
        "organizations": [cast.ISO.pk],
        "capacities": ["chair"],
        "version": letter.version,
        "committees": "iso/tc 1, nothing",
    }
    path = f"/communications/letters/{letter.pk}/edit/"
    assert "No committee is called so: nothing" in client.post(path, form).content.decode()
    client.post(path, {**form, "committees": "iso/tc 1", "with_subcommittees": "on"})
    letter = Letter.objects.get(pk=letter.pk)
    assert [item.acronym for item in letter.committees.all()] == ["ISO/TC 1"]
    assert letter.with_subcommittees


def test_an_erased_contact_is_neither_written_to_nor_listed_as_left_out(cast):
    contact = make_contact(cast.ISO)
    letter = make_letter(cast)
    erase_contact(contact, cast.iso_secretary)
    assert not names(letter)
    assert exclusions(letter) == []


def values(cast, **more):
    return {"name": "Chairs", "organizations": [cast.ISO], "capacities": ["chair"], **more}


def test_a_saved_audience_fills_a_new_letter_and_is_counted(cast, client_of):
    top = make_tree(cast)
    saved = save_audience(cast.iso_secretary, **values(cast, committees=[top], with_subcommittees=True))
    client = client_of("iso_secretary")
    page = client.get("/communications/audiences/").content.decode()
    assert "Chairs" in page
    assert "ISO 3" in page
    page = client.get(f"/communications/letters/new/?audience={saved.pk}").content.decode()
    assert 'value="ISO/TC 1"' in page
    for odd in ("x", "999999999999", "%00", "-1"):
        assert client.get(f"/communications/letters/new/?audience={odd}").status_code == 200
        assert client.get(f"/communications/audiences/new/?letter={odd}").status_code == 200
    page = client.get(f"/communications/audiences/{saved.pk}/").content.decode()
    assert "Chair of ISO/TC 1/SC 2" in page
    page = client_of("iec_secretary").get(f"/communications/audiences/{saved.pk}/").content.decode()
    assert "Chair of ISO/TC 1/SC 2" not in page
    assert client_of("iso_member").get("/communications/audiences/").status_code == 404
    assert client_of("iso_member").get(f"/communications/audiences/{saved.pk}/").status_code == 404


def test_saved_audiences_have_one_name_one_click_and_both_texts(cast, client_of):
    client = client_of("iso_secretary")
    form = {"name": "Chairs", "organizations": [cast.ISO.pk], "capacities": ["chair"]}
    form["token"] = "5f0c2f0e-9d6e-4c3c-8f43-6e8f7f9f0b11"
    for _time in range(2):
        client.post("/communications/audiences/new/", form)
    saved = SavedAudience.objects.get()
    with pytest.raises(Refused):
        save_audience(cast.iec_secretary, **values(cast))
    edit_audience(saved, cast.iec_secretary, 1, **values(cast, country="Utopia"))
    with pytest.raises(Conflict):
        edit_audience(saved, cast.iso_secretary, 1, **values(cast, name="Mine"))
    answer = client.post(f"/communications/audiences/{saved.pk}/", {**form, "name": "Mine", "version": 1})
    assert 'value="Mine"' in answer.content.decode()
    assert "Somebody changed this" in answer.content.decode()
    with pytest.raises(NotAllowed):
        remove_audience(saved, cast.iso_member)
    client.post(f"/communications/audiences/{saved.pk}/remove/")
    assert not SavedAudience.objects.exists()


def test_a_count_that_differs_much_from_the_last_letter_is_said_by_how_much(cast):
    for _number in range(20):
        make_contact(cast.ISO)
        make_contact(cast.IEC)
    send_letter(make_letter(cast, "approved", subject="The first"), cast.iso_secretary)
    for _number in range(12):
        make_contact(cast.ISO)
    make_contact(cast.IEC)
    told = " ".join(remarks_on(make_letter(cast)))
    assert "ISO: 32 recipients, 12 more than the 20 of the last letter (“The first”" in told
    assert "IEC:" not in told
