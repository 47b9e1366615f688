"""The mail of the morning says what changed in the landscape since its reader's last visit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import in_geneva
from core.models import User
from landscape.queries import news
from landscape.services.areas import edit_area
from landscape.services.comments import comment_on_area
from landscape.tests.factories import make_area
from post.models import Mailing, Notification
from post.services.digests import send_due_digests
from post.services.notices import notify


@pytest.fixture(autouse=True)
def all_mail_at_once():
    """Here the defaults of the portal hold: a comment comes in the mail of the morning."""


def morning_mail_of(user) -> str:
    """The text of the mail of the next morning, where something was told before it."""
    notify([user], kind="comment", subject="A comment", text="Words.", reason="you are here", url="/p/1/")
    Notification.objects.update(at=timezone.now() - timedelta(hours=1))
    morning = in_geneva(timezone.now() + timedelta(days=1)).replace(hour=7, minute=30)
    assert send_due_digests(morning) == 1
    body = Mailing.objects.get(key__startswith="digest-").bodies.get()
    assert body.html.count("Changed since your last visit") == body.text.count("Changed since your last visit")
    return body.text


def test_the_mail_of_the_morning_marks_areas_that_changed_since_the_last_visit(cast):
    old = timezone.now() - timedelta(days=9)
    area, same = (make_area(cast.iso_secretary, name=name, at=old) for name in ("Ports", "Rails"))
    User.objects.filter(pk=cast.iec_member.pk).update(seen_at=timezone.now() - timedelta(days=2))
    edit_area(area, cast.iso_secretary, 1, text="Other words.", reason="R")
    comment_on_area(area, cast.iso_member, "Said")
    Notification.objects.all().delete()
    text = morning_mail_of(User.objects.get(pk=cast.iec_member.pk))
    assert "Changed since your last visit\n- Ports: 1 paragraph changed, 1 new comment" in text
    assert f"{area.get_absolute_url()}#changes" in text
    assert same.name not in text


def test_who_saw_all_of_it_or_was_never_here_is_told_nothing_of_it(cast):
    make_area(cast.iso_secretary)
    User.objects.filter(pk=cast.iec_member.pk).update(seen_at=timezone.now())
    assert "since your last visit" not in morning_mail_of(User.objects.get(pk=cast.iec_member.pk))
    assert news(cast.iec_member, None) == []


def test_a_long_list_names_the_first_and_says_how_many_more(cast):
    for _n in range(23):
        make_area(cast.iso_secretary)
    told = news(cast.observer, timezone.now() - timedelta(days=1))
    assert len(told) == 21
    assert (told[-1].title, told[-1].url) == ("3 more areas of the landscape", "/landscape/")
    assert news(cast.outsider, timezone.now() - timedelta(days=1)) == []
