"""Minutes while the meeting goes on: one line and Enter, two secretaries at once."""

from __future__ import annotations

import threading
import uuid
from datetime import date

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from core.models import User
from meetings.lines import Unclear, read_line
from meetings.models import Meeting, Outcome
from meetings.services import outcomes
from meetings.tests.factories import make_item, make_meeting
from organizations.models import Organization
from organizations.tests.factories import make_appointment, make_user

PLACES = [Organization(code=code) for code in ("ISO", "IEC", "ITU-T")]
NAMED = ["ISO secretary", "ISO member", "ISO member", "Second ISO member", "Observer", "IEC", "ISO secretary pro tem"]
PEOPLE = [User(pk=n, label=label, email=f"{n}@spcg.example") for n, label in enumerate(NAMED, 1)]
GONE = User(pk=9, label="Former chair", email="chair@spcg.example.org")


def read(line: str) -> tuple:
    found = read_line(line, PLACES)
    owner = found["owner_organization"]
    return found["kind"], found["text"], owner and owner.code, found["due_on"], found["reference"]


def in_charge(line: str) -> tuple:
    found = read_line(line, PLACES, [*PEOPLE, GONE], PEOPLE)
    owner, person = found["owner_organization"], found["owner_user"]
    return found["text"], owner and owner.code, person and person.pk


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The list is open.", ("information", "The list is open.", None, None, "")),
        ("d: It is approved. #SPCG-32C", ("decision", "It is approved.", None, None, "SPCG-32C")),
        (
            "a: Send the paper @ISO due 15 December 2020 #SPCG-32C",
            ("action", "Send the paper", "ISO", date(2020, 12, 15), "SPCG-32C"),
        ),
        ("A: @itu-t write it due 2021-01-15.", ("action", "write it.", "ITU-T", date(2021, 1, 15), "")),
        ("a: Say what is due soon @IEC", ("action", "Say what is due soon", "IEC", None, "")),
        ("a: due 31 February 2021 @IEC", ("action", "due 31 February 2021", "IEC", None, "")),
        ("Mail to a@ISO and C#x stay", ("information", "Mail to a@ISO and C#x stay", None, None, "")),
        ("d: Send it. #letter 3", ("decision", "Send it.", None, None, "letter 3")),
        ("#Milestone  4 is late", ("information", "is late", None, None, "Milestone 4")),
        ("See #letter three", ("information", "See three", None, None, "letter")),
        ("d: @ISO is asked", ("decision", "@ISO is asked", None, None, "")),
    ],
)
def test_line_is_read(line, expected):
    assert read(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a: Write it @ISO secretary due 15 January 2027", ("Write it", None, 1)),
        ("a: @iso  SECRETARY, write it", (", write it", None, 1)),
        ("a: Write it @Second ISO member.", ("Write it.", None, 4)),
        ("a: Write it @ISO secretary pro tem", ("Write it", None, 7)),
        ("a: Write it @IEC", ("Write it", "IEC", None)),  # also where a person is called so
        ("a: Write it @2@spcg.example.", ("Write it.", None, 2)),
        ("a: Write it @3@SPCG.example @IEC", ("Write it", "IEC", 3)),
        ("a: Write it @ISO secretary @ISO", ("Write it", "ISO", 1)),
        ("a: Write to @ISO secretaries", ("Write to secretaries", "ISO", None)),
        ("a: Write to ISO secretary @IEC", ("Write to ISO secretary", "IEC", None)),
        ("d: @ISO secretary writes, @ISO member too", ("@ISO secretary writes, @ISO member too", None, None)),
    ],
)
def test_person_in_charge_is_named_by_role_or_address(line, expected):
    assert in_charge(line) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a: Write it @ISO member", "Several people are called ISO member. Write the address: @2@spcg.example, @3@"),
        ("a: Write it @9@spcg.example @ISO", "Nobody here has the address 9@spcg.example."),
        ("a: @ISO secretary and @x@y.example.", "Nobody here has the address x@y.example."),
        ("a: Write it @Former chair @ISO", "Former chair is neither secretary nor member now"),
        ("a: Write it @chair@spcg.example.org", "Former chair is neither secretary nor member now"),
        ("a: @Observer and @ISO secretary", "Keep the @ of one of these: @Observer, @ISO secretary."),
        ("a: @ISO secretary, and @iso secretary", "One person is in charge"),
    ],
)
def test_person_who_is_not_one_or_cannot_be_in_charge_is_said(line, said):
    """Each check seen red when it is taken out."""
    with pytest.raises(Unclear) as refused:
        in_charge(line)
    assert said in str(refused.value)


@example(["d", ":0"])  # the colon of "d:" may stand apart
@given(st.lists(st.text(alphabet="abcdefgh#@:0.", min_size=1, max_size=12), min_size=1, max_size=8))
def test_no_word_of_a_line_is_lost(words):
    """Every word is in the text or in what it was read as."""
    found = read_line(" ".join(words), PLACES)
    kept = f"{found['text']} #{found['reference']} i: d: a:"
    assert all(word.strip(".#:") in kept or word[:2] in ("i:", "d:", "a:") for word in words)


def test_enter_records_a_line_and_the_item_stays_chosen(cast, client_of):
    meeting = make_meeting()
    item = make_item(meeting)
    client, url = client_of("iec_secretary"), f"/meetings/{meeting.number}/minutes/"
    page = client.get(f"{url}?item={item.pk}").content.decode()
    assert "<kbd>Enter</kbd>" in page
    assert 'type="text" name="line"' in page
    data = {"line": "a: Write to them @IEC due 15 January 2027", "item": item.pk, "token": str(uuid.uuid4())}
    for _click in range(2):
        answer = client.post(url, data)
    assert answer.url == f"{url}?item={item.pk}"
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.owner_organization, outcome.item) == ("action", cast.IEC, item)
    assert outcome.due_on == date(2027, 1, 15)


def test_line_with_an_error_is_shown_again_as_typed(cast, client_of):
    meeting = make_meeting()
    client, url = client_of("iec_secretary"), f"/meetings/{meeting.number}/minutes/"
    for line, said in (("a: Nobody does it", "needs somebody"), ("d: ", "Enter what was noted"), ("", "line")):
        page = client.post(url, {"line": line, "token": str(uuid.uuid4())}).content.decode()
        assert said in page
        assert f'value="{line}"' in page or not line
    assert Outcome.objects.count() == 0


def test_what_a_colleague_records_is_asked_for(cast, client_of):
    meeting = make_meeting()
    outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="Said elsewhere.")
    url = f"/meetings/{meeting.number}/minutes/recorded/"
    assert "Said elsewhere." in client_of("iec_secretary").get(url).content.decode()
    assert client_of("iec_member").get(url).status_code == 404


@pytest.mark.parametrize("line", ["a: Write to them @IEC member", "a: Write to them @iec.member@spcg.example"])
def test_person_named_in_a_line_is_in_charge(cast, client_of, line):
    meeting = make_meeting(number=8)
    client, url = client_of("iso_secretary"), "/meetings/8/minutes/"
    html = client.get(url).content.decode()
    assert "<kbd>@IEC member</kbd>" in html
    assert "@iec.member@spcg.example" in html
    assert "@observer@" not in html
    client.post(url, {"line": line, "token": str(uuid.uuid4())})
    outcome = meeting.outcomes.get()
    assert (outcome.text, outcome.owner_user, outcome.owner_organization) == ("Write to them", cast.iec_member, None)
    assert '<span class="meta">IEC member</span>' in client.get(url).content.decode()
    assert "/complete/" in client_of("iec_member").get("/meetings/8/").content.decode()


def test_line_that_names_nobody_or_several_is_shown_again_as_typed(cast, client_of):
    make_meeting()
    make_appointment(make_user("IEC member", email="another@spcg.example"), "member", cast.IEC)
    client, url = client_of("iec_secretary"), f"/meetings/{Meeting.objects.get().number}/minutes/"
    for name, said in (
        ("IEC member", "Several people are called IEC member. Write the address: @another@spcg.example, @iec.member@"),
        ("Observer", "Observer is neither secretary nor member now"),
        ("Disabled", "Disabled is neither secretary nor member now"),
        ("outsider@spcg.example", "Outsider is neither secretary nor member now"),
        ("nobody@spcg.example", "Nobody here has the address nobody@spcg.example."),
        ("Treasurer", "An action needs somebody"),
    ):
        line = f"a: Write to them @{name} due 15 January 2027 #landscape"
        html = client.post(url, {"line": line, "token": str(uuid.uuid4())}).content.decode()
        assert said in html
        assert f'value="{line}"' in html
        assert 'href="#id_line"' in html
    assert Outcome.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_secretaries_typing_at_once_lose_no_line(cast):
    meeting, barrier, each = make_meeting(), threading.Barrier(2), 20
    errors = []

    def type_lines(by, name):
        try:
            own = Meeting.objects.get(pk=meeting.pk)
            barrier.wait()
            for n in range(each):
                outcomes.record_outcome(own, by, kind="decision", text=f"{name} {n}", token=uuid.uuid4())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    people = [(cast.iso_secretary, "one"), (cast.iec_secretary, "two")]
    threads = [threading.Thread(target=type_lines, args=pair) for pair in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    texts = set(Outcome.objects.values_list("text", flat=True))
    assert texts == {f"{name} {n}" for name in ("one", "two") for n in range(each)}
    assert sorted(Outcome.objects.values_list("number", flat=True)) == list(range(1, 2 * each + 1))
