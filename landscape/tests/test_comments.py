"""Comments: threads, capacity, resolving, who is told, double clicks."""

import uuid

import pytest

from core.moves import NotAllowed, Refused
from landscape.queries import threads
from landscape.services.comments import comment_on_area, reopen_comment, resolve_comment
from landscape.tests.factories import make_area, make_full_area
from post.models import Notification


def told() -> set[str]:
    return {str(item.user) for item in Notification.objects.all()}


def test_comment_tells_earlier_voices_and_the_owners_secretary(cast):
    area = make_area(cast.iec_secretary, owner=cast.ISO)
    comment_on_area(area, cast.itu_t_member, "First")
    Notification.objects.all().delete()
    comment_on_area(area, cast.iec_member, "Second")
    assert told() == {"ISO secretary", "IEC secretary", "ITU-T member"}
    assert Notification.objects.first().url == f"/landscape/{area.slug}/comment/"


def test_same_token_is_one_comment_and_one_mail(cast):
    area, token = make_area(cast.iso_secretary), uuid.uuid4()
    first = comment_on_area(area, cast.iec_member, "Said once", token=token)
    assert comment_on_area(area, cast.iec_member, "Said once", token=token) == first
    assert (area.remarks.count(), Notification.objects.count()) == (1, 1)


def test_other_words_from_a_page_brought_back_are_another_comment(cast):
    area, token = make_area(cast.iso_secretary), uuid.uuid4()
    comment_on_area(area, cast.iec_member, "First", token=token)
    comment_on_area(area, cast.iec_member, "Second", token=token)
    assert [item.text for item in area.remarks.all()] == ["First", "Second"]


def test_replies_stay_on_one_level(cast):
    area = make_area(cast.iso_secretary)
    first = comment_on_area(area, cast.iec_member, "A")
    reply = comment_on_area(area, cast.iso_member, "B", parent=first)
    comment_on_area(area, cast.itu_t_member, "C", parent=reply)
    [thread] = threads(area)
    assert [item.text for item in thread.replies.all()] == ["B", "C"]


def test_comment_on_behalf_of_a_committee_of_the_own_organization_only(cast):
    area = make_full_area(cast.iso_secretary)
    iec = next(row.committee for row in area.committees.all() if row.committee.acronym.startswith("IEC"))
    assert comment_on_area(area, cast.iec_member, "For it", committee=iec).committee == iec
    with pytest.raises(Refused):
        comment_on_area(area, cast.iso_member, "For it", committee=iec)


def test_observers_read(cast):
    area = make_area(cast.iso_secretary)
    remark = comment_on_area(area, cast.iso_member, "Said")
    for service in (
        lambda: comment_on_area(area, cast.observer, "Hello"),
        lambda: resolve_comment(remark, cast.observer, "done"),
        lambda: reopen_comment(remark, cast.observer),
    ):
        with pytest.raises(NotAllowed):
            service()


def test_resolving_twice_is_one_act_and_can_be_taken_back(cast):
    area = make_area(cast.iso_secretary)
    remark = comment_on_area(area, cast.iso_member, "Vague")
    resolve_comment(remark, cast.iec_member, "changed in revision 2")
    resolve_comment(remark, cast.iso_member, "other words")
    assert (remark.resolved_label, remark.resolution) == ("IEC member", "changed in revision 2")
    reopen_comment(remark, cast.iso_member)
    reopen_comment(remark, cast.iso_member)
    assert remark.resolved_at is None
    assert [entry.action for entry in area.history.all()] == ["reopen", "resolve", "comment", "add"]
