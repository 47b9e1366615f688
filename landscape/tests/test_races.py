"""Real connections at the same instant: one request per organization and period, one baseline, one import; of two
who decide, save or record, one does and the other is told."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from core.moves import AlreadyDone, Conflict, Refused, Stale, WrongState
from core.tests.at_once import at_once, in_the_middle
from landscape.models import (
    Area,
    AreaDecision,
    AreaEntry,
    AreaImport,
    AreaRemark,
    AreaRevision,
    AreaSuggestion,
    Baseline,
    BaselineArea,
    Confirmation,
    ConfirmationPeriod,
    ConfirmationRequest,
)
from landscape.queries import newest_revision
from landscape.services import areas, baselines, comments, confirmations, decisions, suggestions
from landscape.services.areas import add_area, close_area, edit_area
from landscape.services.baselines import take_baseline
from landscape.services.comments import comment_on_area, resolve_comment
from landscape.services.confirmations import ask_due, confirm_areas
from landscape.services.decisions import record_decision
from landscape.services.imports import accept_import, hold_import, show_again
from landscape.services.suggestions import accept_suggestion, reject_suggestion, suggest_edit
from landscape.tests.factories import make_area
from post.models import Mailing

pytestmark = pytest.mark.django_db(transaction=True)


def test_four_workers_ask_each_organization_once(cast):
    """Seen red without the unique number of a request."""
    make_area(cast.iso_secretary, at=timezone.now() - timedelta(days=400))
    assert sum(at_once(*[ask_due] * 4)) == 3
    assert (ConfirmationRequest.objects.count(), Mailing.objects.count()) == (3, 3)


def test_a_double_click_confirms_once(cast):
    """Seen red without the lock on the area's row."""
    area = make_area(cast.iso_secretary)
    read, by = [(area.pk, newest_revision(area).pk)], cast.fresh("iso_secretary")
    done = at_once(*[lambda: confirm_areas(by, cast.ISO, read).count] * 4)
    assert sum(done) == 1
    assert Confirmation.objects.count() == 1


def test_a_double_click_is_one_baseline(cast):
    """Seen red without the unique token and name."""
    make_area(cast.iso_secretary)
    token, by = uuid.uuid4(), cast.fresh("iso_secretary")
    done = at_once(*[lambda: take_baseline(by, name="B", token=token)] * 4)
    assert {item.pk for item in done} == {Baseline.objects.get().pk}
    assert BaselineArea.objects.count() == 1


def test_a_click_that_comes_when_the_first_has_just_been_written_is_the_first_one(cast):
    """The second found nothing of its token, and then the name taken. Seen red while it counted as another's."""
    area = make_area(cast.iso_secretary, name="Ports")
    baseline = take_baseline(cast.iso_secretary, name="B")
    by = cast.fresh("iso_secretary")
    values = {"name": "Ports", "text": "Text", "added_at": area.added_at, "changed_at": area.added_at}
    assert areas._create_area({**values, "token": area.token}) == (area, False)
    with pytest.raises(Refused):
        areas._create_area({**values, "token": uuid.uuid4()})
    kept = {"name": "B", "size": 1, "revision": 1, "taken_at": baseline.taken_at}
    assert baselines._create(by, {**kept, "token": baseline.token}) == baseline
    with pytest.raises(Refused):
        baselines._create(by, {**kept, "token": uuid.uuid4()})


def test_a_double_click_imports_once(cast):
    """Seen red without the swap of `accepted_at`."""
    by = cast.fresh("iso_secretary")
    held = hold_import(by, name="a.csv", content="name,description\nPorts,Text\n")
    show_again(held, by)
    done = at_once(*[lambda: accept_import(AreaImport.objects.get(pk=held.pk), by)] * 4)
    assert refused(done) == [AlreadyDone] * 3
    assert Area.objects.count() == 1
    assert Mailing.objects.count() == 1


TEXT = "Cities use standards. ISO leads the work. The task force meets once a year."


def suggestion_of(cast, area: Area, old: str, new: str) -> AreaSuggestion:
    base = newest_revision(area)
    return suggest_edit(area, cast.iso_member, base, base.text.replace(old, new), reason=f"{old} is wrong")


def refused(results: list) -> list[type]:
    return [item for item in results if isinstance(item, type)]


def test_two_secretaries_accept_the_same_suggestion_and_it_is_accepted_once(cast):
    """Seen red without the swap of the state."""
    area = make_area(cast.iso_secretary, text=TEXT)
    made = suggestion_of(cast, area, "once", "twice")
    people = [cast.fresh("iso_secretary"), cast.fresh("iec_secretary")]
    done = at_once(*[lambda by=by: accept_suggestion(anew(made), by, f"Yes, {by}") for by in people])
    assert len(refused(done)) == 1
    assert (area.revisions.count(), area.history.filter(action="accept").count()) == (2, 1)
    made.refresh_from_db()
    assert (made.state, made.word) == ("accepted", f"Yes, {made.decided_label}")


def test_one_accepts_and_one_rejects_and_the_first_word_stands(cast):
    """Seen red without the swap of the state."""
    area = make_area(cast.iso_secretary, text=TEXT)
    made = suggestion_of(cast, area, "once", "twice")
    one, other = cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    done = at_once(
        lambda: accept_suggestion(anew(made), one, "Yes"), lambda: reject_suggestion(anew(made), other, "No")
    )
    made.refresh_from_db()
    area.refresh_from_db()
    assert len(refused(done)) == 1
    assert (made.state, made.word) in (("accepted", "Yes"), ("rejected", "No"))
    assert ("twice" in area.text) == (made.state == "accepted")


def test_two_suggestions_of_the_same_words_accepted_at_once_and_one_stays_open(cast):
    """Seen red without the swap of the version."""
    area = make_area(cast.iso_secretary, text=TEXT)
    rivals = [suggestion_of(cast, area, "once a year", words) for words in ("twice a year", "every month")]
    people = [cast.fresh("iso_secretary"), cast.fresh("iec_secretary")]
    jobs = zip(rivals, people, strict=True)
    done = at_once(*[lambda made=made, by=by: accept_suggestion(anew(made), by, "Yes") for made, by in jobs])
    assert len(refused(done)) == 1
    assert sorted(AreaSuggestion.objects.values_list("state", flat=True)) == ["accepted", "open"]
    area.refresh_from_db()
    accepted = AreaSuggestion.objects.get(state="accepted")
    assert (area.text, area.revisions.count()) == (accepted.text, 2)


def test_two_suggestions_of_other_words_accepted_at_once_lose_neither(cast):
    """Seen red without the swap of the version."""
    area = make_area(cast.iso_secretary, text=TEXT)
    both = [suggestion_of(cast, area, "Cities", "Towns"), suggestion_of(cast, area, "once", "twice")]
    people = [cast.fresh("iso_secretary"), cast.fresh("iec_secretary")]
    jobs = zip(both, people, strict=True)
    at_once(*[lambda made=made, by=by: accept_suggestion(anew(made), by, "Yes") for made, by in jobs])
    for made in AreaSuggestion.objects.filter(state="open"):
        accept_suggestion(made, people[0], "Yes")
    area.refresh_from_db()
    assert area.text == TEXT.replace("Cities", "Towns").replace("once", "twice")


def test_of_two_saves_of_one_area_one_is_a_conflict_that_holds_the_other(cast):
    """Seen red without the swap of the version."""
    area = make_area(cast.iso_secretary, text=TEXT)
    people = {"One text.": cast.fresh("iso_secretary"), "Another text.": cast.fresh("iec_secretary")}

    def save(by, text):
        try:
            return edit_area(anew(area), by, 1, text=text, reason="R")
        except Conflict as conflict:
            return conflict

    done = at_once(*[lambda by=by, text=text: save(by, text) for text, by in people.items()])
    [conflict] = [item for item in done if isinstance(item, Conflict)]
    area.refresh_from_db()
    assert (conflict.current.text, area.revisions.count()) == (area.text, 2)


def test_of_two_decisions_at_once_the_second_sees_the_first(cast, monkeypatch):
    """Seen red without the update of the area that is the lock: both stood."""
    area = make_area(cast.iso_secretary)
    people = {"yes": cast.fresh("iso_secretary"), "no": cast.fresh("iec_secretary")}
    acts = [
        lambda by=by, answer=answer: record_decision(anew(area), by, answer=answer, reason="R", seen=0)
        for answer, by in people.items()
    ]
    assert refused(in_the_middle(monkeypatch, decisions, "record", *acts)) == [Stale]
    assert AreaDecision.objects.get().answer == "yes"
    assert area.history.filter(action="record_decision").count() == 1


def test_a_double_click_records_one_decision(cast):
    """Seen red without the update of the area that is the lock."""
    area, token, by = make_area(cast.iso_secretary), uuid.uuid4(), cast.fresh("iso_secretary")
    done = at_once(*[lambda: record_decision(anew(area), by, answer="yes", reason="R", seen=0, token=token)] * 4)
    assert {item.pk for item in done} == {AreaDecision.objects.get().pk}


def test_a_double_click_adds_one_area_with_one_revision(cast, monkeypatch):
    """Seen red with the area of the first click written again by the second."""
    token, by = uuid.uuid4(), cast.fresh("iso_secretary")

    def click():
        return add_area(by, name="Ports", text="Text", token=token)

    done = in_the_middle(monkeypatch, areas, "set_rows", click, click)
    assert {item.pk for item in done} == {Area.objects.get().pk}
    assert (AreaRevision.objects.count(), AreaEntry.objects.count()) == (1, 1)


def test_two_areas_of_one_name_at_once_are_one_and_the_other_is_told(cast, monkeypatch):
    """Seen red without the unique name and slug."""
    people = [cast.fresh("iso_secretary"), cast.fresh("iec_secretary")]
    acts = [lambda by=by: add_area(by, name="Ports", text=f"By {by}") for by in people]
    assert refused(in_the_middle(monkeypatch, areas, "set_rows", *acts)) == [Refused]
    assert (Area.objects.count(), AreaRevision.objects.count()) == (1, 1)


def test_a_double_click_suggests_one_edit_and_tells_once(cast, monkeypatch):
    """Seen red without the unique token, and when the second click went on to tell."""
    area, token, by = make_area(cast.iso_secretary, text=TEXT), uuid.uuid4(), cast.fresh("iso_member")
    base = newest_revision(area)

    def click():
        return suggest_edit(area, by, base, TEXT.replace("once", "twice"), reason="R", token=token)

    done = in_the_middle(monkeypatch, suggestions, "_tell_judges", click, click)
    assert {item.pk for item in done} == {AreaSuggestion.objects.get().pk}
    assert (area.history.filter(action="suggest").count(), Mailing.objects.count()) == (1, 1)


def test_a_double_click_comments_once(cast, monkeypatch):
    """Seen red without the unique token."""
    area, token, by = make_area(cast.iso_secretary), uuid.uuid4(), cast.fresh("iso_member")

    def click():
        return comment_on_area(area, by, "Words", token=token)

    done = in_the_middle(monkeypatch, comments, "index_remark", click, click)
    assert {item.pk for item in done} == {AreaRemark.objects.get().pk}
    assert area.history.filter(action="comment").count() == 1


def test_two_who_resolve_a_comment_at_once_and_the_first_word_stands(cast, monkeypatch):
    """Seen red without the update that is the lock: both stood in the history."""
    area = make_area(cast.iso_secretary)
    remark = comment_on_area(area, cast.iso_member, "Words")
    acts = [
        lambda by=by: resolve_comment(anew(remark), by, f"Done, {by}")
        for by in (cast.fresh("iso_secretary"), cast.fresh("iec_secretary"))
    ]
    in_the_middle(monkeypatch, comments, "record", *acts)
    remark.refresh_from_db()
    [entry] = area.history.filter(action="resolve")
    assert (remark.resolution, str(entry.actor)) == ("Done, ISO secretary", "ISO secretary")


def test_an_edit_while_the_area_is_closed_is_a_conflict_and_changes_nothing(cast, monkeypatch):
    """Seen red without the swap of the version."""
    area = make_area(cast.iso_secretary, text=TEXT)
    one, other = cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    done = in_the_middle(
        monkeypatch,
        areas,
        "record",
        lambda: close_area(anew(area), one, "Done"),
        lambda: edit_area(anew(area), other, 1, text="Another text.", reason="R"),
    )
    area.refresh_from_db()
    # Where writers take turns from their first word on, as on SQLite, the second finds the area closed.
    assert refused(done) in ([Conflict], [WrongState])
    assert (area.state, area.text, area.revisions.count()) == ("closed", TEXT, 1)


def test_an_edit_while_a_file_is_imported_is_not_overwritten(cast, monkeypatch):
    """Seen red without the swap of the version."""
    area = make_area(cast.iso_secretary, name="Ports", text=TEXT)
    by, other = cast.fresh("iso_secretary"), cast.fresh("iec_secretary")
    held = hold_import(by, name="a.csv", content="name,description\nPorts,Imported\n")
    show_again(held, by)
    done = in_the_middle(
        monkeypatch,
        areas,
        "_add_revision",
        lambda: edit_area(anew(area), other, 1, text="Edited.", reason="R"),
        lambda: accept_import(AreaImport.objects.get(pk=held.pk), by),
    )
    area.refresh_from_db()
    assert refused(done) == [Stale]
    assert (area.text, area.revisions.count()) == ("Edited.", 2)
    assert AreaImport.objects.get().accepted_at is None


def test_of_two_periods_set_at_once_one_is_a_conflict(cast, monkeypatch):
    """Seen red without the swap of the version."""
    version, by = confirmations.set_period(cast.administrator, 1, 170).version, cast.fresh("administrator")
    acts = [lambda days=days: confirmations.set_period(by, version, days) for days in (90, 365)]
    assert refused(in_the_middle(monkeypatch, confirmations, "record", *acts)) == [Conflict]
    assert ConfirmationPeriod.objects.get().days == 90


def anew(record):
    """The record as a request reads it."""
    return type(record)._base_manager.get(pk=record.pk)
