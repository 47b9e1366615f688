"""Still true: who confirms, what goes stale, and the mail that asks once in a period."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.moves import Conflict, NotAllowed, Refused
from core.registry import every
from landscape.models import Area, AreaEntry, Confirmation, ConfirmationPeriod, ConfirmationRequest, PeriodEntry
from landscape.queries import Wanted, newest_revision, wanted_areas
from landscape.queries.confirmations import (
    areas_to_confirm,
    period,
    stale_areas,
    stale_for,
    stale_in,
    waiting_confirmations,
    words_on,
)
from landscape.services.areas import close_area, edit_area
from landscape.services.confirmations import ask_due, confirm_areas, set_period
from landscape.tests.factories import make_area
from landscape.tests.pages import text_of
from post.models import Body, Delivery, Mailing, Notification

NOW = timezone.now()


def ago(days: int):
    return NOW - timedelta(days=days)


def old_area(cast, days: int = 400, **overrides) -> Area:
    return make_area(cast.iso_secretary, at=ago(days), **overrides)


def confirm(cast, area: Area, who: str = "iso", at=None) -> int:
    organization = cast.__getattr__(who.upper())
    revision = newest_revision(area)
    return confirm_areas(cast.fresh(f"{who}_secretary"), organization, [(area.pk, revision.pk)], at=at).count


def test_a_secretary_confirms_for_the_own_organization_and_the_area_says_so(cast):
    area = old_area(cast)
    assert confirm(cast, area) == 1
    row = Confirmation.objects.get()
    assert (row.organization, row.by_label, row.revision.number) == (cast.ISO, "ISO secretary", 1)
    entry = AreaEntry.objects.filter(action="confirm").get()
    assert (entry.text, entry.organization) == ("confirmed for ISO that it is still true (revision 1)", "ISO")
    words = words_on(area, newest_revision(area), cast.iso_secretary)
    assert [(word.organization.code, bool(word.confirmation), word.stale, word.can_confirm) for word in words] == [
        ("ISO", True, False, False),
        ("IEC", False, True, False),
        ("ITU-T", False, True, False),
    ]


@pytest.mark.parametrize("who", ["iec_secretary", "iso_member", "observer", "administrator", "outsider"])
def test_nobody_confirms_for_an_organization_that_is_not_the_own(cast, who):
    area = old_area(cast)
    with pytest.raises(NotAllowed):
        confirm_areas(cast.fresh(who), cast.ISO, [(area.pk, newest_revision(area).pk)])
    assert not Confirmation.objects.exists()


def test_what_changed_while_it_was_read_is_not_confirmed(cast):
    area = old_area(cast)
    read = newest_revision(area)
    edit_area(area, cast.iec_secretary, area.version, text="Other words.")
    done = confirm_areas(cast.iso_secretary, cast.ISO, [(area.pk, read.pk)])
    assert (done.count, [item.pk for item in done.changed]) == (0, [area.pk])
    assert not Confirmation.objects.exists()


def test_an_edit_after_a_confirmation_says_so_and_lists_the_area_again(cast):
    area = old_area(cast)
    confirm(cast, area)
    assert not areas_to_confirm(cast.ISO).exists()
    edit_area(area, cast.iec_secretary, area.version, text="Other words.")
    word = words_on(area, newest_revision(area), cast.iso_secretary)[0]
    assert (word.changed, word.stale, word.can_confirm) == (True, False, True)
    assert list(areas_to_confirm(cast.ISO)) == [area]
    assert not stale_for(cast.ISO).exists()


def test_twice_on_one_day_is_once_and_a_closed_area_is_left_alone(cast):
    area, closed = old_area(cast), old_area(cast)
    assert (confirm(cast, area), confirm(cast, area)) == (1, 0)
    close_area(closed, cast.iso_secretary, "Done")
    assert confirm(cast, closed) == 0
    assert Confirmation.objects.count() == 1


def test_an_area_is_stale_after_the_period_for_each_organization(cast):
    old, young = old_area(cast), old_area(cast, days=10)
    assert list(stale_areas()) == [old]
    assert stale_in([old, young]) == {old.pk: ["ISO", "IEC", "ITU-T"]}
    confirm(cast, old, "iso")
    confirm(cast, old, "iec")
    assert stale_in([old, young]) == {old.pk: ["ITU-T"]}
    assert list(wanted_areas(Wanted(stale=True), cast.observer, None)) == [old]
    confirm(cast, old, "itu_t")
    assert not stale_areas().exists()
    confirm_areas(cast.iso_secretary, cast.ISO, [(young.pk, newest_revision(young).pk)], at=ago(200))
    assert not stale_areas(NOW + timedelta(days=100)).exists()
    assert set(stale_areas(NOW + timedelta(days=190))) == {old, young}


def test_the_administrator_sets_the_period_and_the_history_says_it(cast):
    area = old_area(cast, days=100)
    assert period().days == 180
    assert not stale_areas().exists()
    set_period(cast.administrator, 1, 90)
    assert list(stale_areas()) == [area]
    entry = PeriodEntry.objects.get()
    assert (entry.before, entry.after) == ({"days": 180}, {"days": 90})
    with pytest.raises(Conflict):
        set_period(cast.administrator, 1, 60)
    for who in ("iso_secretary", "iso_member", "observer"):
        with pytest.raises(NotAllowed):
            set_period(cast.fresh(who), 2, 60)
    for days in (0, 13, 1097):
        with pytest.raises(Refused):
            set_period(cast.administrator, 2, days)
    assert ConfirmationPeriod.objects.get().days == 90


def test_each_organization_is_asked_once_in_a_period_in_one_conversation(cast):
    for number in range(25):
        old_area(cast, name=f"Area {number:02}")
    assert (ask_due(NOW), ask_due(NOW)) == (3, 0)
    told = Notification.objects.filter(user=cast.iso_secretary).get()
    assert told.subject == "Landscape: 25 areas to confirm for ISO"
    assert told.url == "/landscape/confirm/?organization=iso"
    assert "Area 19" in told.text
    assert "Area 20" not in told.text
    assert "And 5 more on the page." in told.text
    assert set(Delivery.objects.values_list("address", flat=True)) == {
        f"{name}.secretary@spcg.example" for name in ("iso", "iec", "itu.t")
    }
    assert ask_due(NOW + timedelta(days=179)) == 0
    assert ask_due(NOW + timedelta(days=181)) == 3
    roots = {body.in_reply_to for body in Body.objects.filter(subject__contains="for ISO")}
    assert len(roots) == 1
    assert roots != {""}
    assert ConfirmationRequest.objects.filter(organization=cast.ISO).count() == 2
    assert PeriodEntry.objects.filter(action="ask").count() == 6


def test_nobody_is_asked_without_stale_areas_or_without_a_secretary(cast):
    from organizations.models import Appointment

    old_area(cast, days=20)
    assert ask_due() == 0
    area = old_area(cast)
    confirm(cast, area)
    Appointment.objects.filter(user=cast.iec_secretary).delete()
    assert ask_due() == 1
    assert ConfirmationRequest.objects.get().organization == cast.ITU_T
    assert Mailing.objects.count() == 1


def test_home_says_how_many_wait_for_the_own_organization(cast):
    area = old_area(cast)
    old_area(cast)
    assert [item.title for item in waiting_confirmations(cast.iso_secretary)] == ["Confirm 2 areas of the landscape"]
    confirm(cast, area)
    found = [item for item in every("waiting", cast.iso_secretary) if "Confirm" in item.title]
    assert [(item.title, item.url) for item in found] == [
        ("Confirm 1 area of the landscape", "/landscape/confirm/?organization=iso")
    ]
    for who in ("iso_member", "observer", "administrator"):
        assert waiting_confirmations(cast.fresh(who)) == []


def test_the_database_refuses_to_change_a_confirmation(cast):
    confirm(cast, old_area(cast))
    with pytest.raises(DatabaseError), transaction.atomic():
        Confirmation.objects.update(by_label="Somebody")
    with pytest.raises(DatabaseError), transaction.atomic():
        Confirmation.objects.all().delete()


# Pages -------------------------------------------------------------------------------------


def test_the_page_confirms_what_is_marked(cast, client_of):
    first, second = old_area(cast), old_area(cast)
    client = client_of("iso_secretary")
    page = client.get("/landscape/confirm/").content.decode()
    assert "2 areas to confirm." in page
    assert "2 are stale." in page
    value = f"{first.pk}-{newest_revision(first).pk}"
    response = client.post("/landscape/confirm/?organization=iso", {"areas": [value]}, follow=True)
    page = response.content.decode()
    assert "1 area is confirmed." in page
    assert second.name in page
    assert first.name not in page
    assert list(Confirmation.objects.values_list("area", "organization__code")) == [(first.pk, "ISO")]


@pytest.mark.parametrize("values", [[], ["x"], ["1-"], ["1-2-3"], ["99999999999-1"], ["٣-1"]])
def test_the_page_tells_what_is_wrong(cast, client_of, values):
    old_area(cast)
    response = client_of("iso_secretary").post("/landscape/confirm/", {"areas": values})
    assert response.status_code == 200
    assert "errsum" in response.content.decode()
    assert not Confirmation.objects.exists()


def test_the_page_is_for_secretaries_and_of_their_own_organization(cast, client_of):
    assert client_of("iso_member").get("/landscape/confirm/").status_code == 404
    assert client_of("iso_secretary").get("/landscape/confirm/?organization=iec").status_code == 404
    assert client_of("iso_secretary").get("/landscape/confirm/?organization=").status_code == 200
    area = make_area(cast.iso_secretary)
    confirm_areas(cast.iec_secretary, cast.IEC, [(area.pk, newest_revision(area).pk)])
    assert "has confirmed every area" in client_of("iec_secretary").get("/landscape/confirm/").content.decode()


def test_the_area_is_confirmed_on_its_page(cast, client_of):
    area = old_area(cast)
    client = client_of("iec_secretary")
    page = client.get(area.get_absolute_url()).content.decode()
    assert "Confirm for IEC" in page
    assert "Confirm for ISO" not in page
    url, form = f"{area.get_absolute_url()}confirm/", {"organization": "iec", "revision": newest_revision(area).pk}
    page = client.post(url, form, follow=True).content.decode()
    assert "1 area is confirmed." in page
    assert "Confirm for IEC" not in page
    page = client.post(url, {**form, "organization": "iso"}, follow=True).content.decode()
    assert "The secretary of ISO confirms for ISO." in page
    page = client.post(url, {**form, "revision": "x"}, follow=True).content.decode()
    assert "Open the page again" in page
    edit_area(area, cast.iso_secretary, area.version, text="Other words.")
    assert "changed since" in client.get(area.get_absolute_url()).content.decode()
    assert "changed while you were reading" in client.post(url, form, follow=True).content.decode()
    assert Confirmation.objects.count() == 1


def test_the_list_marks_stale_areas_and_filters_for_them(cast, client_of):
    old, young = old_area(cast, name="Old"), old_area(cast, days=1, name="Young")
    confirm(cast, old)
    client = client_of("observer")
    assert "stale: IEC, ITU-T" in client.get("/landscape/").content.decode()
    page = client.get("/landscape/?stale=on").content.decode()
    assert old.get_absolute_url() in page
    assert young.get_absolute_url() not in page


def test_the_period_has_a_page_for_the_administrator(cast, client_of):
    client = client_of("administrator")
    assert "180" in client.get("/landscape/confirm/period/").content.decode()
    for days in ("", "x", "13", "1097", "1" * 40):
        response = client.post("/landscape/confirm/period/", {"version": 1, "days": days})
        assert "Enter a number of days from 14 to 1096." in response.content.decode()
    page = client.post("/landscape/confirm/period/", {"version": 1, "days": 365}, follow=True).content.decode()
    assert "set the period for confirming areas to 365 days (before: 180)" in page
    stale = client.post("/landscape/confirm/period/", {"version": 1, "days": 30}).content.decode()
    assert 'value="30"' in stale
    assert "365" in stale
    assert client_of("iso_secretary").get("/landscape/confirm/period/").status_code == 404
    assert ConfirmationPeriod.objects.get().days == 365


def test_an_empty_landscape_is_not_called_confirmed(cast, client_of):
    page = text_of(client_of("iso_secretary").get("/landscape/confirm/"))
    assert "the landscape is empty" in page
    assert "has confirmed" not in page
