"""Edited within the hour, disposed with a reason, told in whose name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.moves import Conflict, NotAllowed, Refused, WrongState
from organizations.tests.factories import make_committee
from post.models import Notification
from proposals.models import ProposalRemark
from proposals.services.comments import dispose_comment, edit_comment
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import actions, make_circulated


def make_comment(cast, text="Keep to management.", **more):
    proposal = more.pop("proposal", None) or make_circulated(cast)
    return comment_on_proposal(proposal, more.pop("by", cast.iec_member), text, **more)


def test_capacity_is_the_organization_or_one_of_its_committees(cast):
    remark = make_comment(cast)
    committee = make_committee("IEC TC 111", "IEC")
    other = make_comment(cast, proposal=remark.subject, committee=committee)
    assert (remark.capacity, other.capacity) == ("for IEC", "on behalf of IEC TC 111")


def test_a_reply_to_a_reply_stays_in_the_thread_and_says_what_it_answers(cast):
    first = make_comment(cast)
    second = make_comment(cast, "Why?", proposal=first.subject, by=cast.iso_member, parent=first)
    third = make_comment(cast, "Because.", proposal=first.subject, parent=second)
    assert (second.parent, second.answers) == (first, None)
    assert (third.parent, third.answers) == (first, second)


def test_the_author_edits_within_the_hour_and_the_history_keeps_the_earlier_words(cast):
    remark = make_comment(cast)
    edit_comment(remark, cast.iec_member, 1, text="Keep to safety.", stance="concern")
    assert (remark.text, remark.stance, remark.version) == ("Keep to safety.", "concern", 2)
    assert remark.edited_at is not None
    entry = remark.subject.history.first()
    assert (entry.action, entry.before["text"]) == ("edit", "Keep to management.")
    assert entry.after == {"text": "Keep to safety.", "stance": "concern"}


def test_an_edit_that_changes_nothing_leaves_no_trace(cast):
    remark = make_comment(cast)
    edit_comment(remark, cast.iec_member, 1, text=remark.text, stance=remark.stance)
    assert (remark.edited_at, actions(remark.subject)) == (None, ["comment"])


@pytest.mark.parametrize(("minutes", "passes"), [(59, True), (61, False)])
def test_after_the_hour_an_edit_is_refused_in_words(cast, minutes, passes):
    remark = make_comment(cast)
    ProposalRemark.objects.update(at=timezone.now() - timedelta(minutes=minutes))
    remark.refresh_from_db()
    if passes:
        assert edit_comment(remark, cast.iec_member, 1, text="New.").text == "New."
    else:
        with pytest.raises(WrongState, match="within one hour; the hour ended at .* as a reply"):
            edit_comment(remark, cast.iec_member, 1, text="New.")


@pytest.mark.parametrize("person", ["iec_secretary", "iec_member2", "iso_secretary", "administrator", "observer"])
def test_nobody_else_edits_a_comment(cast, person):
    with pytest.raises(NotAllowed):
        edit_comment(make_comment(cast), cast.fresh(person), 1, text="Mine now.")


def test_an_edit_speaks_for_own_committees_only_and_never_over_unseen_words(cast):
    remark = make_comment(cast)
    with pytest.raises(Refused, match="your own organization"):
        edit_comment(remark, cast.iec_member, 1, text="New.", committee=make_committee("ISO/TC 1", "ISO"))
    edit_comment(remark, cast.iec_member, 1, text="First tab.")
    with pytest.raises(Conflict):
        edit_comment(remark, cast.iec_member, 1, text="Second tab.")


def test_what_has_its_disposition_is_not_edited(cast):
    remark = make_comment(cast)
    dispose_comment(remark, cast.iso_secretary, 1, disposition="noted")
    with pytest.raises(WrongState, match="disposition already"):
        edit_comment(remark, cast.iec_member, 2, text="Too late.")


def test_a_disposition_has_its_reason_and_tells_the_author(cast):
    remark = make_comment(cast)
    dispose_comment(remark, cast.iso_secretary, 1, disposition="partly", reason="Scope reworded.")
    assert (remark.disposition, remark.disposition_reason, remark.disposed_label) == (
        "partly",
        "Scope reworded.",
        "ISO secretary",
    )
    told = Notification.objects.get(kind="dispose")
    assert told.user == cast.iec_member
    assert "partly accepted" in told.subject


def test_a_disposition_changes_with_history_and_twice_the_same_is_one(cast):
    remark = make_comment(cast)
    for _click in range(2):
        dispose_comment(remark, cast.iso_secretary, remark.version, disposition="noted")
    dispose_comment(remark, cast.iso_secretary, remark.version, disposition="accepted", reason="Taken over.")
    first, second = remark.subject.history.filter(action="dispose").order_by("pk")
    assert first.before == {"disposition": ""}
    assert second.before == {"disposition": "noted", "disposition_reason": ""}
    assert second.after == {"disposition": "accepted", "disposition_reason": "Taken over."}


@pytest.mark.parametrize("disposition", ["accepted", "partly", "not_accepted"])
def test_only_noted_needs_no_reason(cast, disposition):
    remark = make_comment(cast)
    with pytest.raises(Refused, match="Give the reason"):
        dispose_comment(remark, cast.iso_secretary, 1, disposition=disposition)
    assert dispose_comment(remark, cast.iso_secretary, 1, disposition="noted").disposition == "noted"


@pytest.mark.parametrize("disposition", ["", "perhaps"])
def test_no_other_disposition_exists(cast, disposition):
    with pytest.raises(Refused, match="Choose"):
        dispose_comment(make_comment(cast), cast.iso_secretary, 1, disposition=disposition, reason="x")


def test_replies_have_none_and_a_colleague_is_not_overwritten(cast):
    remark = make_comment(cast)
    reply = make_comment(cast, "Why?", proposal=remark.subject, by=cast.iso_member, parent=remark)
    with pytest.raises(Refused, match="A reply has no disposition"):
        dispose_comment(reply, cast.iso_secretary, 1, disposition="noted")
    dispose_comment(remark, cast.iso_secretary, 1, disposition="noted")
    with pytest.raises(Conflict):
        dispose_comment(remark, cast.iso_secretary, 1, disposition="accepted", reason="x")


@pytest.mark.parametrize("person", ["iec_secretary", "iso_member", "administrator", "observer"])
def test_only_the_receiving_secretary_gives_a_disposition(cast, person):
    with pytest.raises(NotAllowed):
        dispose_comment(make_comment(cast), cast.fresh(person), 1, disposition="noted")
