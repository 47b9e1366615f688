"""Areas: revisions, conflicts, restoring, closing, double clicks."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import today
from core.models import SearchText
from core.moves import Conflict, NotAllowed, Refused, WrongState
from landscape.models import Area, AreaEntry, AreaMechanism
from landscape.queries import areas_changed_between, compare, newest_revision, recent_entries, resolve, watchers
from landscape.services.areas import add_area, close_area, edit_area, open_area_again, restore_revision
from landscape.services.comments import comment_on_area
from landscape.services.suggestions import accept_suggestion, suggest_edit
from landscape.tests.factories import make_area, make_full_area
from organizations.tests.factories import make_committee
from post.models import Notification


def test_area_begins_with_its_first_revision(cast):
    committee = make_committee("ISO/TC 268")
    area = add_area(
        cast.iso_secretary,
        name="Smart cities",
        text="Cities.",
        owner=cast.ISO,
        committees=[committee, (committee, "leads")],
        mechanisms=[("liaison", "category A"), ("liaison", "category A")],
    )
    revision = area.revisions.get()
    assert (area.slug, revision.number, revision.text) == ("smart-cities", 1, "Cities.")
    assert revision.facts["committees"] == [["ISO/TC 268", "leads"]]
    assert revision.facts["mechanisms"] == [["liaison", "category A"]]
    assert area.history.get().action == "add"
    assert SearchText.objects.get(kind="area").title == "Smart cities"


def test_same_token_is_one_area(cast):
    token = uuid.uuid4()
    first = make_area(cast.iso_secretary, token=token)
    assert make_area(cast.iso_secretary, token=token) == first
    assert (Area.objects.count(), AreaEntry.objects.count()) == (1, 1)


def test_name_is_taken_once_whatever_its_case(cast):
    make_area(cast.iso_secretary, name="Railways")
    with pytest.raises(Refused, match="of this name"):
        make_area(cast.iso_secretary, name="RAILWAYS")


@pytest.mark.parametrize("name", ["New", "History", "Ranking", "Export", "Rounds"])
def test_area_never_takes_an_address_of_the_room(cast, name):
    assert make_area(cast.iso_secretary, name=name).slug == f"{name.lower()}-2"


def test_name_without_letters_has_an_address(cast):
    assert make_area(cast.iso_secretary, name="量子").slug == "area"


@pytest.mark.parametrize("name", ["iso_member", "observer", "administrator", "outsider"])
def test_only_secretaries_edit(cast, name):
    area = make_area(cast.iso_secretary)
    for service in (
        lambda by: make_area(by),
        lambda by: edit_area(area, by, area.version, text="Other"),
        lambda by: restore_revision(area, by, area.version, area.revisions.get()),
        lambda by: close_area(area, by, "Done"),
    ):
        with pytest.raises(NotAllowed):
            service(getattr(cast, name))
    assert area.revisions.count() == 1


def test_edit_is_a_new_revision_with_author_and_reason(cast):
    area = make_area(cast.iso_secretary, text="Old text.")
    revision = edit_area(area, cast.iec_secretary, area.version, text="New text.", reason="Clearer")
    area.refresh_from_db()
    assert (revision.number, revision.author_label, revision.reason) == (2, "IEC secretary", "Clearer")
    assert (area.text, area.version) == ("New text.", 2)
    assert str(area.history.first()) == "IEC secretary: changed the text (revision 2): Clearer"


def test_edit_of_committees_alone_is_a_revision_too(cast):
    area = make_full_area(cast.iso_secretary)
    extra = make_committee("ITU-T SG99", "ITU-T")
    kept = [row.committee for row in area.committees.all()][:1]
    revision = edit_area(area, cast.iso_secretary, area.version, committees=[*kept, (extra, "leads")], reason="SG99")
    changes = compare(area.revisions.get(number=1), revision)
    assert changes.changed_lines == []
    assert [(fact.label, fact.added) for fact in changes.facts] == [("Committees", ["ITU-T SG99 (leads)"])]
    assert area.version == 2


def test_unchanged_save_writes_nothing(cast):
    area = make_area(cast.iso_secretary, text="Text.")
    assert edit_area(area, cast.iso_secretary, area.version, text="Text.", reason="Again").number == 1
    assert (area.version, area.history.count()) == (1, 1)


def test_second_click_on_save_is_one_revision(cast):
    area = make_area(cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, text="New.", reason="Why")
    assert edit_area(area, cast.iso_secretary, 1, text="New.", reason="Why").number == 2
    assert area.revisions.count() == 2


def test_conflict_shows_what_stands_and_changes_nothing(cast):
    area = make_area(cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, text="First.", reason="A")
    with pytest.raises(Conflict) as conflict:
        edit_area(area, cast.iec_secretary, 1, text="Second.", reason="B")
    assert conflict.value.current.text == "First."
    assert Area.objects.get().text == "First."
    assert area.revisions.count() == 2


def test_conflict_on_committees_alone(cast):
    area = make_area(cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, committees=[make_committee("ISO/TC 1")])
    with pytest.raises(Conflict):
        edit_area(area, cast.iso_secretary, 1, committees=[make_committee("ISO/TC 2")])
    assert area.committees.get().committee.acronym == "ISO/TC 1"


def test_restore_brings_back_text_names_committees_and_mechanisms(cast):
    area = make_full_area(cast.iso_secretary, text="First text.", owner=cast.ISO)
    before = area.revisions.get()
    edit_area(area, cast.iso_secretary, 1, name="Other", text="Second.", owner=None, committees=[], mechanisms=[])
    restored = restore_revision(area, cast.iec_secretary, area.version, before, reason="Back")
    area = Area.objects.get()
    assert restored.number == 3
    assert (restored.text, restored.facts) == (before.text, before.facts)
    assert (area.text, area.owner, area.committees.count(), area.mechanisms.count()) == ("First text.", cast.ISO, 4, 2)
    assert area.history.first().action == "restore"


def test_restore_over_a_newer_edit_is_a_conflict(cast):
    area = make_area(cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, text="Two.")
    edit_area(area, cast.iso_secretary, 2, text="Three.")
    with pytest.raises(Conflict):
        restore_revision(area, cast.iso_secretary, 2, area.revisions.get(number=1))


def test_compare_reversed_swaps_what_came_and_what_went(cast):
    area = make_area(cast.iso_secretary, text="It meets once a year.")
    second = edit_area(area, cast.iso_secretary, 1, text="It meets twice a year.")
    first = area.revisions.get(number=1)
    kinds = [(change.kind, change.text) for change in compare(first, second).changed_lines[0]]
    assert ("removed", "once") in kinds
    assert ("added", "twice") in kinds
    assert ("added", "once") in [(c.kind, c.text) for c in compare(second, first).changed_lines[0]]


def test_closed_area_keeps_its_record_and_takes_nothing_more(cast):
    area = make_area(cast.iso_secretary)
    close_area(area, cast.iso_secretary, "Merged")
    with pytest.raises(WrongState):
        edit_area(area, cast.iso_secretary, area.version, text="More")
    with pytest.raises(WrongState):
        comment_on_area(area, cast.iso_member, "Late")
    open_area_again(area, cast.iec_secretary)
    assert edit_area(area, cast.iso_secretary, area.version, text="More").number == 2
    assert [entry.action for entry in area.history.all()] == ["edit", "open_again", "close", "add"]


def test_edit_tells_those_who_commented_and_the_owners_secretary_but_not_the_editor(cast):
    area = make_area(cast.iec_secretary, owner=cast.ISO)
    comment_on_area(area, cast.itu_t_member, "A remark")
    Notification.objects.all().delete()
    edit_area(area, cast.iec_secretary, area.version, text="Changed", reason="Why")
    assert {str(item.user) for item in Notification.objects.all()} == {"ISO secretary", "ITU-T member"}
    assert {str(person) for person in watchers(area)} == {"ISO secretary", "ITU-T member", "IEC secretary"}


def test_loading_the_past_tells_nobody(cast):
    from core.dates import moment, today

    area = make_area(cast.iec_secretary, owner=cast.ISO)
    edit_area(area, None, area.version, text="Changed", at=moment(today()))
    assert not Notification.objects.exists()


def test_period_counts_areas_added_changed_and_comments(cast):
    from core.dates import today

    area = make_area(cast.iso_secretary)
    make_area(cast.iso_secretary)
    edit_area(area, cast.iso_secretary, 1, text="Changed")
    comment_on_area(area, cast.iso_member, "Said")
    counts = areas_changed_between(today(), today())
    assert (counts["added"], counts["changed"], counts["comments"], counts["rounds"]) == (2, 0, 1, 0)
    from datetime import timedelta

    before = today() - timedelta(days=9)
    assert set(areas_changed_between(before, before).values()) == {0}


def test_period_counts_a_change_of_an_older_area(cast):
    from datetime import date

    from core.dates import moment

    area = make_area(None, at=moment(date(2020, 9, 1)))
    edit_area(area, None, 1, text="Changed", at=moment(date(2020, 11, 1)))
    assert areas_changed_between(date(2020, 10, 1), date(2020, 11, 1))["changed"] == 1


def test_period_counts_an_area_whose_text_a_suggestion_changed(cast):
    """Seen red while only edits by secretaries counted."""
    area = make_area(None, at=timezone.now() - timedelta(days=9))
    made = suggest_edit(area, cast.iso_member, newest_revision(area), "Suggested text.", reason="R")
    accept_suggestion(made, cast.iso_secretary, "Yes")
    assert areas_changed_between(today(), today())["changed"] == 1


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("liaison", "", "Liaison"),
        ("liaison", "liaison category A", "Liaison category A"),
        ("joint_coordination", "JCA-IdM", "Joint coordination activity: JCA-IdM"),
        ("other", "scope demarcation", "Scope demarcation"),
    ],
)
def test_mechanism_reads_well(kind, detail, words):
    assert str(AreaMechanism(kind=kind, detail=detail)) == words


def test_reference_landscape_leads_to_the_matrix(cast):
    assert resolve("Landscape", cast.observer) == "/landscape/"
    assert resolve("landscape", cast.outsider) is None
    assert resolve("SPCG-47B", cast.observer) is None


def test_outsider_sees_no_entries(cast):
    make_area(cast.iso_secretary)
    assert recent_entries(cast.observer).count() == 1
    assert recent_entries(cast.outsider).count() == 0
