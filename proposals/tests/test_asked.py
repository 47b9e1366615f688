"""Questions to committees: what waits on whom, since when, and every answer ever given."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from core.dates import format_date, moment, today
from organizations.tests.factories import make_committee
from proposals.models import Interest
from proposals.queries import waiting
from proposals.services.replies import ask_committee, declare_interest
from proposals.tests.factories import make_circulated

URL = "/proposals/asked/"


def text_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def asked_on(cast, proposal, acronym, days_ago, *codes):
    committee = make_committee(acronym, *codes)
    ask_committee(proposal, committee, cast.iso_secretary, at=moment(today() - timedelta(days=days_ago)))
    return committee


def test_the_page_shows_what_waits_on_the_own_organization_oldest_first(cast, client_of):
    proposal = make_circulated(cast)
    asked_on(cast, proposal, "IEC TC 2", 3, "IEC")
    asked_on(cast, proposal, "IEC TC 1", 12, "IEC")
    asked_on(cast, proposal, "ISO/IEC JTC 1", 1, "ISO", "IEC")
    asked_on(cast, proposal, "ISO/TC 1", 5, "ISO")
    page = text_of(client_of("iec_member").get(URL))
    assert "What waits on IEC" in page
    assert "3 questions wait for an answer" in page
    assert page.index("IEC TC 1<") < page.index("IEC TC 2<") < page.index("ISO/IEC JTC 1<")
    assert "ISO/TC 1<" not in page
    since = format_date(today() - timedelta(days=12))
    assert f"no answer yet since {since} (12 days)" in page
    assert f"no answer yet since {format_date(today() - timedelta(days=5))} (5 days)" in page
    assert "Record an e-mail" not in page
    assert "Record an e-mail" in text_of(client_of("iec_secretary").get(URL))


def test_one_click_from_the_suggestion_asks_and_home_of_the_organization_says_so(cast, client_of):
    proposal = make_circulated(cast)
    make_committee("IEC TC 61", "IEC")
    url = reverse("proposals:ask", args=[proposal.reference])
    client_of("iso_member").post(url, {"committee": "IEC TC 61"})
    for name in ("iec_secretary", "iec_member", "iec_member2"):
        assert any("Answer for IEC TC 61" in row.title for row in waiting(cast.fresh(name)))
        assert "IEC TC 61" in text_of(client_of(name).get(URL))
    assert not any("Answer for" in row.title for row in waiting(cast.itu_t_member))
    declare = reverse("proposals:declare", args=[proposal.reference])
    client_of("iec_member").post(declare, {"committee": "IEC TC 61", "answer": "joint", "note": "With ISO/TC 1."})
    assert Interest.objects.get().note == "With ISO/TC 1."
    assert "0 questions wait" in text_of(client_of("iec_member").get(URL))


def test_the_record_says_since_when_an_organization_owes_an_answer(cast, client_of):
    proposal = make_circulated(cast)
    asked_on(cast, proposal, "IEC TC 1", 12, "IEC")
    second = asked_on(cast, proposal, "IEC TC 2", 4, "IEC")
    declare_interest(proposal, second, cast.iec_member, "none")
    page = text_of(client_of("itu_t_member").get(proposal.get_absolute_url()))
    since = format_date(today() - timedelta(days=12))
    assert f"1 of 2 answered, no answer yet since {since} (12 days)" in page
    assert f"asked {since} by ISO secretary, 12 days ago" in page


def test_earlier_answers_stay_readable(cast, client_of):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    declare_interest(proposal, committee, cast.iec_member, "overlap", "We have a draft.")
    declare_interest(proposal, committee, cast.iec_secretary, "joint", "Agreed in plenary.")
    interest = Interest.objects.get()
    assert [kept.note for kept in interest.answers.all()] == ["Agreed in plenary.", "We have a draft."]
    page = text_of(client_of("observer").get(proposal.get_absolute_url()))
    assert "1 earlier answer" in page
    assert "IEC member: Sees overlap. We have a draft." in page


def test_the_same_answer_twice_is_kept_once(cast):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    for _click in range(2):
        interest = declare_interest(proposal, committee, cast.iec_member, "lead", "Ready.")
    assert interest.answers.count() == 1


@pytest.mark.parametrize("name", ["observer", "administrator"])
def test_readers_see_the_numbers_only(cast, client_of, name):
    asked_on(cast, make_circulated(cast), "IEC TC 1", 2, "IEC")
    page = text_of(client_of(name).get(URL))
    assert "1 question" in page
    assert "IEC TC 1<" not in page


@pytest.mark.parametrize("number", [1, 30])
def test_queries_do_not_grow_with_the_questions(cast, client_of, django_assert_max_num_queries, number):
    proposal = make_circulated(cast)
    for n in range(number):
        asked_on(cast, proposal, f"IEC TC {n + 1}", 2, "IEC")
    client = client_of("iec_member")
    client.get(URL)
    with django_assert_max_num_queries(14):
        client.get(URL)


@pytest.mark.parametrize("page", ["0", "x", "9" * 40, "%00"])
def test_nonsense_in_the_address_is_answered(cast, client_of, page):
    assert client_of("iec_member").get(f"{URL}?page={page}").status_code == 200
