"""The check page, the test to oneself, more time, closing by hand."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import format_date, today
from core.moves import AlreadyDone, NotAllowed, Refused, WrongState
from organizations.tests.factories import make_appointment
from post.models import Body, Delivery, Notification
from post.services.mailings import slot
from proposals.models import Proposal
from proposals.queries import deadlines
from proposals.queries.listing import Wanted, listed_proposals
from proposals.services.circulation import circulate_proposal, close_comments, extend_deadline, send_circulation_test
from proposals.services.notices import circulation_notice, mail_preview
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import addresses, make_circulated, make_proposal

LONG = "Management of the safety of consumer products over their whole life cycle, from design to recall"


def text_of(response):
    return html.unescape(response.content.decode())


def url(name, proposal):
    return reverse(f"proposals:{name}", args=[proposal.reference])


def test_the_check_page_says_who_gets_it_and_why(cast, client_of):
    proposal = make_proposal(cast)
    page = " ".join(text_of(client_of("iso_secretary").get(url("circulate", proposal))).split())
    assert "Circulate to 9 people" in page
    for words in (
        'ISO secretary <span class="meta">secretary of ISO, to which it is addressed; you, a copy',
        'IEC secretary <span class="meta">secretary of IEC',
        'Second ITU-T member <span class="meta">member of ITU-T',
        "Observer (observers read it in the portal)",
        "Administrator (administrators read it there)",
    ):
        assert words in page
    assert "Disabled" not in page


def test_who_is_appointed_in_two_organizations_stands_in_both_and_gets_one_mail(cast, client_of):
    make_appointment(cast.iso_member, "member", cast.IEC)
    proposal = make_proposal(cast)
    page = text_of(client_of("iso_secretary").get(url("circulate", proposal)))
    assert "Circulate to 9 people" in page
    assert page.count("ISO member <span") == 2 + page.count("Second ISO member <span")
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today())
    assert addresses().count("iso.member@spcg.example") == 1


def test_the_mail_on_the_check_page_is_the_mail_that_is_sent(cast):
    proposal = make_proposal(cast, title=LONG, proposer="S&A <C>")
    day = today() + timedelta(days=9)
    shown = mail_preview(circulation_notice(proposal, day), cast.iso_secretary)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=day)
    body = Body.objects.get(list_id__startswith="<circulate.")
    salutation = "Dear ISO secretary,"
    assert shown["subject"] == body.subject
    assert without_time(shown["html"]) == without_time(body.html.replace(slot("salutation"), salutation))
    assert without_time(shown["text"]) == without_time(body.text.replace(slot("salutation"), salutation))


def without_time(text):
    return re.sub(r"\d\d:\d\d C\w+", "", text)


def test_only_the_subject_is_cut_at_70_characters(cast):
    proposal = make_proposal(cast, title=LONG)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today())
    body = Body.objects.get(list_id__startswith="<circulate.")
    assert len(body.subject) <= 70
    assert f"For comment by {format_date(today())}: {LONG}</h1>" in body.html
    assert Notification.objects.filter(subject__endswith=LONG).count() == 9


def test_a_test_goes_to_oneself_only_and_changes_nothing(cast, client_of):
    proposal = make_proposal(cast)
    data = {"reply_by_on": format_date(today() + timedelta(days=5)), "version": proposal.version, "test": "1"}
    page = text_of(client_of("iso_secretary").post(url("circulate", proposal), data))
    assert "on its way to iso.secretary@spcg.example" in page
    assert addresses() == ["iso.secretary@spcg.example"]
    assert "For comment by" in Delivery.objects.get().body.subject
    proposal.refresh_from_db()
    assert (proposal.state, proposal.history.count(), Notification.objects.count()) == ("draft", 0, 0)


def test_a_test_is_for_who_may_circulate(cast):
    for name in ("iec_secretary", "iso_member"):
        with pytest.raises(NotAllowed):
            send_circulation_test(make_proposal(cast), cast.fresh(name), reply_by_on=today())
    with pytest.raises(WrongState):
        send_circulation_test(make_circulated(cast, state="withdrawn"), cast.iso_secretary, reply_by_on=today())


def test_the_mail_is_shown_with_another_date_before_it_goes(cast, client_of):
    proposal, day = make_proposal(cast), today() + timedelta(days=40)
    data = {"reply_by_on": format_date(day), "version": proposal.version, "look": "1"}
    page = text_of(client_of("iso_secretary").post(url("circulate", proposal), data))
    assert f"For comment by {format_date(day)}" in page
    assert f"?day={day:%Y-%m-%d}" in page
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("button", ["test", "look", ""])
@pytest.mark.parametrize("day", ["", "soon", "1 January 2020", "9" * 400])
def test_a_wrong_date_sends_nothing(cast, client_of, button, day):
    proposal = make_proposal(cast)
    data = {"reply_by_on": day, "version": proposal.version, **({button: "1"} if button else {})}
    page = text_of(client_of("iso_secretary").post(url("circulate", proposal), data))
    assert "Circulate to 9 people" in page
    assert Delivery.objects.count() == 0


# Closing by hand ----------------------------------------------------------------------------------------------------


def test_closing_by_hand_closes_for_everybody_at_once_and_tells_all(cast, client_of):
    proposal = make_circulated(cast)
    response = client_of("iso_secretary").post(
        url("close_comments", proposal), {"reason": "All answered."}, follow=True
    )
    assert "Comments are closed." in text_of(response)
    proposal.refresh_from_db()
    assert (proposal.is_closed(), proposal.state, proposal.state_in_words) == (True, "circulated", "Comments closed")
    assert len(addresses()) == 9
    remark = comment_on_proposal(proposal, cast.iec_member, "Too late?")
    assert remark.late
    assert proposal.history.get(action="close_comments").text == (
        "closed the comments before the deadline: All answered."
    )
    assert deadlines(cast.iec_member, today() + timedelta(days=90)) == []


def test_closing_twice_is_closing_once(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iso_secretary")
    for _click in range(2):
        response = client.post(url("close_comments", proposal), {"reason": "Done."})
        assert response.status_code == 302
    assert proposal.history.filter(action="close_comments").count() == 1
    with pytest.raises(AlreadyDone):
        close_comments(Proposal.objects.get(pk=proposal.pk), cast.iso_secretary, reason="Again.")


def test_extending_opens_what_was_closed_by_hand_even_for_the_same_day(cast):
    proposal = make_circulated(cast)
    close_comments(proposal, cast.iso_secretary, reason="A mistake.")
    day = proposal.reply_by_on
    extend_deadline(proposal, cast.iso_secretary, proposal.version, reply_by_on=day, reason="One more.")
    proposal.refresh_from_db()
    assert (proposal.is_closed(), proposal.comments_closed_at, proposal.comments_closed_reason) == (False, None, "")
    with pytest.raises(Refused):
        extend_deadline(proposal, cast.iso_secretary, proposal.version, reply_by_on=day, reason="Another.")


@pytest.mark.parametrize("name", ["iec_secretary", "iso_member", "observer", "administrator"])
def test_others_do_not_close(cast, name):
    with pytest.raises(NotAllowed):
        close_comments(make_circulated(cast), cast.fresh(name), reason="No.")


def test_a_reason_is_needed(cast, client_of):
    proposal = make_circulated(cast)
    page = text_of(client_of("iso_secretary").post(url("close_comments", proposal), {"reason": ""}))
    assert "Enter: Reason." in page
    assert not Proposal.objects.get(pk=proposal.pk).comments_closed_at


@pytest.mark.parametrize(("day", "last"), [(date(2026, 12, 4), (22, 59, 59)), (date(2026, 7, 3), (21, 59, 59))])
def test_comments_close_at_2359_in_geneva_at_the_same_second_for_everybody(cast, client_of, monkeypatch, day, last):
    """In winter and in summer: page, list, the mark on a late comment and the moves change with one second."""
    proposal = make_circulated(cast, received_on=day - timedelta(days=20), reply_by_on=day)
    moment = datetime(day.year, day.month, day.day, *last, tzinfo=UTC)

    def seen():
        remark = comment_on_proposal(proposal, cast.iec_member, "A comment.")
        listed = listed_proposals(cast.iec_member, Wanted(state="out")).count()
        told = [
            "Out for comment" in client_of(name).get(proposal.get_absolute_url()).content.decode()
            for name in ("iso_secretary", "iec_member", "itu_t_member", "observer")
        ]
        return remark.late, listed, set(told)

    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert seen() == (False, 1, {True})
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(seconds=1))
    assert seen() == (True, 0, {False})
