"""Numbers: given once, never again, and what is missing is explained."""

import threading

import pytest
from django.db import connection, transaction

from core.moves import NotAllowed, Refused
from documents.queries import gaps_of, next_number
from documents.services import register
from documents.services.gaps import explain_gap
from documents.tests.browsing import page
from documents.tests.factories import make_document, make_revision


def told(gaps) -> list[tuple]:
    return [(gap.first, gap.last, gap.note.text if gap.note else "") for gap in gaps]


def test_gaps_are_the_numbers_below_the_highest_that_no_document_has(cast):
    assert gaps_of() == []
    for number in (3, 4, 8):
        make_document(number=number)

    assert told(gaps_of()) == [(5, 7, ""), (1, 2, "")]


def test_newest_explanation_of_a_number_counts_and_the_older_one_stays(cast):
    make_document(number=8)
    explain_gap(cast.iso_secretary, first=1, last=7, text="On paper")
    explain_gap(cast.iec_secretary, first=5, last=5, text="Given by mistake")

    assert told(gaps_of()) == [(6, 7, "On paper"), (5, 5, "Given by mistake"), (1, 4, "On paper")]


def test_same_explanation_twice_is_one(cast):
    make_document(number=2)
    first = explain_gap(cast.iso_secretary, first=1, last=1, text="On paper")

    assert explain_gap(cast.iso_secretary, first=1, last=1, text="On paper") == first


def test_only_what_is_missing_is_explained_and_by_secretaries(cast):
    make_document(number=3)
    with pytest.raises(Refused, match="No number is missing there"):
        explain_gap(cast.iso_secretary, first=3, last=9, text="x")
    for name in ("iso_member", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            explain_gap(cast.fresh(name), first=1, last=1, text="x")


def test_number_of_a_draft_is_no_gap_for_any_reader(cast, client_of):
    make_document(number=1)
    register.register_document(cast.iso_secretary, title="Secret", kind="paper")
    make_document(number=3)

    assert "No number is missing" in page(client_of("observer"), "/documents/gaps/")


def test_registration_that_fails_leaves_no_gap(cast):
    make_revision(make_document(number=4))
    with transaction.atomic():
        assert str(register.register_document(cast.iso_secretary, title="Lost", kind="paper")) == "SPCG-5"
        transaction.set_rollback(True)

    assert next_number() == 5
    assert str(register.register_document(cast.iso_secretary, title="Kept", kind="paper")) == "SPCG-5"
    assert told(gaps_of()) == [(1, 3, "")]


def test_page_shows_the_gaps_and_takes_an_explanation(cast, client_of):
    make_document(number=3)
    client = client_of("iso_secretary")
    answer = client.post("/documents/gaps/", {"first": 1, "last": 2, "text": "Kept on paper"}, follow=True)

    assert "The explanation is saved." in answer.content.decode()
    seen = page(client_of("observer"), "/documents/gaps/")
    assert "Kept on paper" in seen
    assert "2 numbers have no document." in seen
    assert "Explain the numbers" not in seen
    assert client_of("observer").post("/documents/gaps/", {}).status_code == 404


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, "Enter: Explanation"),
        ({"first": 2, "last": 1, "text": "x"}, "not lower than the first one"),
        ({"first": "x\x00", "last": 9**99, "text": "x" * 400}, "Enter a whole number"),
        ({"first": 3, "last": 3, "text": "x"}, "No number is missing there"),
    ],
)
def test_bad_input_is_told(cast, client_of, values, error):
    make_document(number=3)
    answer = client_of("iso_secretary").post("/documents/gaps/", values)

    assert answer.status_code == 200
    assert error in answer.content.decode()


def test_page_asks_the_database_the_same_for_many_gaps(cast, client_of, django_assert_max_num_queries):
    for number in range(2, 60, 2):
        make_document(number=number)
    client = client_of("observer")
    with django_assert_max_num_queries(12):
        client.get("/documents/gaps/")


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="real connections")
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_of_whom_five_fail_get_five_numbers_without_a_gap(cast):
    barrier, kept, user = threading.Barrier(10), [], cast.iso_secretary

    def run(fails: bool):
        barrier.wait()
        with transaction.atomic():
            revision = register.register_document(user, title="At once", kind="paper")
            transaction.set_rollback(fails)
        if not fails:
            kept.append(revision.document.number)
        connection.close()

    threads = [threading.Thread(target=run, args=(place % 2 == 0,)) for place in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [1, 2, 3, 4, 5]
    assert gaps_of() == []
