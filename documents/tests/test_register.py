"""The register's writers and reads: numbers, letters, who sees what."""

import threading
import uuid
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from core.dates import moment
from core.moves import Conflict, NotAllowed, Refused, Stale, WrongState
from documents.judge import judge_upload
from documents.models import Document, Revision
from documents.queries import (
    approved_between,
    history_of,
    next_number,
    parse_reference,
    recent_entries,
    register_of,
    resolve,
    revision_of,
    revisions_visible_to,
)
from documents.services import register
from documents.tests.factories import make_document, make_revision, word_bytes

S = Revision.Status


def register_paper(by, **overrides):
    return register.register_document(by, **{"title": "A paper", "kind": Document.Kind.PAPER, **overrides})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("SPCG-47B", (47, 2)),
        ("spcg 47 b", (47, 2)),
        ("47B", (47, 2)),
        ("  SPCG 47-b ", (47, 2)),
        ("SPCG-47", (47, 0)),
        ("2020-11", None),
        ("SPCG-47BB", None),
        ("", None),
        ("SPCG-٤٧", None),
        ("9999999", None),
    ],
)
def test_reference_is_understood_in_any_form(typed, expected):
    assert parse_reference(typed) == expected


def test_register_gives_the_next_number_and_writes_history(cast):
    make_document(number=48)
    revision = register_paper(cast.iso_secretary)
    assert (revision.reference, revision.state, revision.author_label) == ("SPCG-49", "draft", "ISO secretary")
    entry = revision.document.history.get()
    assert (entry.action, entry.text) == ("register", "registered SPCG-49")


def test_register_twice_with_one_token_is_one_document(cast):
    token = uuid.uuid4()
    first = register_paper(cast.iso_secretary, token=token)
    second = register_paper(cast.iso_secretary, token=token)
    assert first == second
    assert Document.objects.count() == 1


def test_register_is_for_secretaries(cast):
    for name in ("iso_member", "observer", "administrator", "outsider"):
        with pytest.raises(NotAllowed):
            register_paper(cast.fresh(name))
    assert Document.objects.count() == 0


def test_number_in_use_is_refused(cast):
    make_document(number=50)
    with pytest.raises(Refused, match="SPCG-50 is in the register already"):
        register_paper(cast.iso_secretary, number=50)


def test_number_of_a_withdrawn_document_is_not_given_again(cast):
    revision = register_paper(cast.iso_secretary, number=60)
    register.withdraw_revision(revision, cast.iso_secretary)
    assert next_number() == 61


def test_past_is_loaded_with_its_own_date_and_earlier_letters(cast):
    at = moment(date(2020, 11, 25))
    revision = register_paper(None, number=47, letter="B", at=at)
    letters = [one.reference for one in revisions_visible_to(cast.iso_member).order_by("position")]
    assert letters == ["SPCG-47", "SPCG-47A"]
    register.propose_revision(revision, cast.iso_secretary, at=at)
    register.approve_revision(revision, cast.iso_secretary, at=at)
    assert revision.approved_on == date(2020, 11, 25)
    assert {entry.at for entry in revision.document.history.all()} == {at}


def test_document_without_number_takes_no_address_of_the_register(cast):
    assert register_paper(cast.iso_secretary, title="Register", numbered=False).reference == "document-register"
    assert register_paper(cast.iso_secretary, title="2020", numbered=False).reference == "document-2020"
    assert register_paper(cast.iso_secretary, title="产品", numbered=False).reference == "document"


def test_slug_that_ends_in_a_letter_is_found(cast):
    revision = register_paper(cast.iso_secretary, title="Plan A", numbered=False)
    assert revision_of("plan-a", cast.iso_secretary) == revision
    second = register.revise_document(revision.document, cast.iso_secretary, after=revision, text="x")
    assert second.reference == "plan-a-A"
    assert revision_of("plan-a-A", cast.iso_secretary) == second


def test_revise_adds_the_next_letter_and_keeps_the_old(cast):
    first = make_revision(text="Old")
    second = register.revise_document(first.document, cast.iec_secretary, after=first, text="New", note="Shorter")
    assert second.reference == f"{first.reference}A"
    first.refresh_from_db()
    assert (first.text, second.text, second.state) == ("Old", "New", "draft")


def test_revise_from_an_older_revision_is_stale(cast):
    first = make_revision()
    make_revision(first.document, position=1)
    with pytest.raises(Stale):
        register.revise_document(first.document, cast.iso_secretary, after=first, text="x")


def test_revise_after_z_is_refused(cast):
    last = make_revision(position=26)
    with pytest.raises(Refused, match="letters of this document are used up"):
        register.revise_document(last.document, cast.iso_secretary, after=last, text="x")


def test_edit_with_an_old_version_is_a_conflict(cast):
    revision = make_revision(state=S.DRAFT)
    register.edit_revision(revision, cast.iso_secretary, 1, text="Mine")
    with pytest.raises(Conflict) as caught:
        register.edit_revision(revision, cast.iec_secretary, 1, text="Theirs")
    assert caught.value.current.text == "Mine"
    revision.refresh_from_db()
    assert revision.text == "Mine"


def test_edit_without_a_change_writes_no_history(cast):
    revision = make_revision(state=S.DRAFT)
    register.edit_revision(revision, cast.iso_secretary, 1, text=revision.text)
    assert revision.document.history.count() == 0


@pytest.mark.parametrize("state", [S.FOR_APPROVAL, S.APPROVED, S.WITHDRAWN])
def test_only_a_draft_is_edited_and_takes_files(cast, state):
    revision = make_revision(state=state)
    with pytest.raises(WrongState, match="no draft any more"):
        register.edit_revision(revision, cast.iso_secretary, 1, text="x")
    stream = ContentFile(word_bytes(), name="a.docx")
    with pytest.raises(WrongState):
        register.attach_file(revision, cast.iso_secretary, judge_upload("a.docx", stream), stream)


def test_same_file_twice_is_one_file(cast):
    revision = make_revision(state=S.DRAFT)
    stream = ContentFile(word_bytes(), name="form.docx")
    judged = judge_upload("form.docx", stream)
    first = register.attach_file(revision, cast.iso_secretary, judged, stream)
    second = register.attach_file(revision, cast.iso_secretary, judged, stream)
    assert first == second
    assert revision.attachments.count() == 1
    assert "form" not in first.file.name


def test_number_of_another_organization_is_recorded_once_and_found(cast):
    revision = make_revision()
    for _twice in range(2):
        register.record_number(revision, cast.itu_t_secretary, organization=cast.ITU_T, number="TSAG-TD1000")
    assert [str(one) for one in revision.foreign_numbers.all()] == ["TSAG-TD1000"]
    assert list(register_of(cast.iso_member, q="TSAG-TD1000")) == [revision]


def test_draft_is_for_secretaries_and_the_administrator(cast):
    draft = register_paper(cast.iso_secretary, text="secret words")
    for name in ("iso_secretary", "iec_secretary", "administrator"):
        assert revision_of(draft.reference, cast.fresh(name)) == draft
        assert list(register_of(cast.fresh(name), q="secret")) == [draft]
    for name in ("iso_member", "observer", "outsider"):
        assert revision_of(draft.reference, cast.fresh(name)) is None
        assert list(register_of(cast.fresh(name), q="secret")) == []
        assert list(recent_entries(cast.fresh(name))) == []


def test_draft_that_was_withdrawn_stays_unseen(cast):
    draft = register_paper(cast.iso_secretary)
    register.withdraw_revision(draft, cast.iso_secretary)
    assert revision_of(draft.reference, cast.iso_member) is None


def test_shared_revision_that_was_withdrawn_stays_readable(cast):
    draft = register_paper(cast.iso_secretary)
    register.propose_revision(draft, cast.iso_secretary)
    register.withdraw_revision(draft, cast.iso_secretary)
    assert revision_of(draft.reference, cast.iso_member) == draft


def test_history_hides_what_happened_to_an_unseen_draft(cast):
    first = register_paper(cast.iso_secretary)
    register.propose_revision(first, cast.iso_secretary)
    second = register.revise_document(first.document, cast.iso_secretary, after=first, text="x")
    register.edit_revision(second, cast.iso_secretary, 1, text="y")
    seen = [entry.action for entry in history_of(first.document, cast.iso_member)]
    assert seen == ["propose", "register"]
    assert [entry.action for entry in recent_entries(cast.iso_member)] == ["propose", "register"]
    assert len(history_of(first.document, cast.iso_secretary)) == 4


def test_register_is_filtered_by_kind_year_state_and_words(cast):
    plan = make_revision(make_document(kind="plan"), dated_on=date(2019, 3, 1))
    paper = make_revision(state=S.FOR_APPROVAL)
    for revision in (plan, paper):
        register.index_document(revision.document)
    reader = cast.observer
    assert list(register_of(reader, kind="plan")) == [plan]
    assert list(register_of(reader, year="2020")) == [paper]
    assert list(register_of(reader, state="for_approval")) == [paper]
    assert list(register_of(reader, q=f"{plan.document.number}")) == [plan]
    assert list(register_of(reader, q="paper", kind="plan", year="2019")) == [plan]


def test_words_are_found_without_their_accents(cast):
    revision = make_revision(make_document(title="Énergie"))
    register.index_document(revision.document)
    assert list(register_of(cast.observer, q="energie")) == [revision]
    assert list(register_of(cast.observer, q="ÉNERGIE")) == [revision]


def test_approved_between_counts_both_days(cast):
    inside = make_revision(approved_on=date(2020, 9, 1))
    make_revision(approved_on=date(2020, 8, 31))
    last = make_revision(approved_on=date(2021, 1, 26))
    make_revision(approved_on=date(2021, 1, 27))
    assert list(approved_between(date(2020, 9, 1), date(2021, 1, 26))) == [inside, last]


def test_reference_becomes_a_link_only_for_who_may_see_it(cast):
    draft = register_paper(cast.iso_secretary)
    assert resolve(draft.reference, cast.iso_secretary) == draft.get_absolute_url()
    assert resolve(draft.reference, cast.iso_member) is None
    assert resolve("2020-11", cast.iso_secretary) is None


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two real connections")
@pytest.mark.django_db(transaction=True)
def test_numbers_stay_unique_when_two_register_at_once(cast):
    barrier, references, users = threading.Barrier(2), [], [cast.iso_secretary, cast.iec_secretary]

    def run(user):
        barrier.wait()
        references.append(register_paper(user).reference)
        connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(references)) == 2


@pytest.mark.parametrize(("state", "move"), [(S.DRAFT, "propose_revision"), (S.FOR_APPROVAL, "approve_revision")])
def test_older_revision_is_neither_proposed_nor_approved(cast, state, move):
    old = make_revision(state=state)
    make_revision(old.document, position=1, state=S.DRAFT)
    with pytest.raises(Stale, match="newer revision"):
        getattr(register, move)(old, cast.iso_secretary)
    register.withdraw_revision(old, cast.iso_secretary)
    assert old.state == "withdrawn"


def test_title_is_changed_until_a_revision_is_approved(cast):
    revision = register_paper(cast.iso_secretary, title="A papre")
    register.edit_title(revision.document, cast.iec_secretary, 1, title="A paper")
    assert list(register_of(cast.iso_secretary, q="paper")) == [revision]
    with pytest.raises(Conflict):
        register.edit_title(revision.document, cast.iec_secretary, 1, title="Another")
    register.propose_revision(revision, cast.iso_secretary)
    register.approve_revision(revision, cast.iso_secretary)
    with pytest.raises(WrongState, match="was approved and stays"):
        register.edit_title(revision.document, cast.iec_secretary, 2, title="Another")
