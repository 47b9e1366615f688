"""Twenty people, two hundred things told, three weeks of mornings, against expectations that share no code with the
portal: no mail that nobody wanted, none missing."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from post.models import Delivery, Notification
from post.services.digests import send_due_digests
from post.services.notices import notify
from post.services.preferences import choose
from post.tests.factories import make_person


@pytest.fixture(autouse=True)
def all_mail_at_once():
    """Here the defaults of the portal hold."""


pytestmark = pytest.mark.django_db
START = datetime(2020, 11, 2, 0, 0, tzinfo=UTC)
# Written down here on purpose, not read from the portal: what may be refused, and how it comes by itself.
REFUSABLE = {
    "ask": ("asked", "now"),
    "action": ("asked", "now"),
    "meeting": ("meetings", "now"),
    "comment": ("answers", "morning"),
    "interest": ("answers", "morning"),
    "approved": ("decisions", "morning"),
    "landscape": ("landscape", "morning"),
}
ALWAYS = ["circulate", "remind", "approval", "letter_approval"]
WAYS = {"now": "at_once", "morning": "daily", "portal": "never"}


def expected_mails(events, wishes, reads):
    """Count of (address, word): every event that reaches a person by mail, in whichever mail it stands."""
    wanted = Counter()
    for hour, kind, number, told, by in events:
        for person in told - {by}:
            if kind in ALWAYS:
                wanted[person, number] += 1
                continue
            stream, way = REFUSABLE[kind]
            way = wishes.get((person, stream), way)
            # Geneva in November is one hour before UTC: seven there is hour 6 of a day here.
            morning = hour // 24 * 24 + 6 + (24 if hour % 24 >= 6 else 0)
            read = any(who == person and hour <= when <= morning for who, when in reads)
            if way == "now" or (way == "morning" and not read):
                wanted[person, number] += 1
    return wanted


@pytest.mark.parametrize("seed", [1, 2020, 49])
def test_no_useless_mail_and_none_missing(seed):
    luck = random.Random(seed)
    people = {n: make_person(f"Person {n}") for n in range(20)}
    kinds = [*REFUSABLE, *ALWAYS]
    wishes = {
        (n, stream): luck.choice(list(WAYS))
        for n in people
        for stream in sorted({stream for stream, _way in REFUSABLE.values()})
        if luck.random() < 0.4
    }
    for (n, stream), way in wishes.items():
        choose(people[n], {stream: WAYS[way]})
    events = [
        (
            hour,
            luck.choice(kinds),
            1000 + k,
            set(luck.sample(sorted(people), luck.randint(1, 8))),
            luck.choice(sorted(people)),
        )
        for k, hour in enumerate(sorted(luck.randrange(21 * 24) for _ in range(200)))
    ]
    reads = [(luck.choice(sorted(people)), luck.randrange(21 * 24)) for _ in range(60)]
    _live(people, events, reads)
    found = Counter()
    for row in Delivery.objects.select_related("body"):
        for k in range(200):
            found[row.account_id, 1000 + k] += row.body.text.count(f"Thing {1000 + k}\n") > 0
    keys = {people[n].pk: n for n in people}
    found = Counter({(keys[who], number): count for (who, number), count in found.items() if count})
    wanted = expected_mails(events, wishes, reads)
    assert (found - wanted, wanted - found) == (Counter(), Counter())
    _one_a_morning(people)


def _live(people, events, reads):
    """Three weeks, hour by hour: what happens, who looks, and the bell three times each hour."""
    for hour in range(22 * 24):
        for when, kind, number, told, by in events:
            if when == hour:
                rows = notify(
                    [people[n] for n in sorted(told)],
                    kind=kind,
                    subject=f"Thing {number}",
                    text="",
                    reason="you represent IEC",
                    url=f"/p/{number % 7}/",
                    by=people[by],
                )
                Notification.objects.filter(pk__in=[row.pk for row in rows]).update(at=START + timedelta(hours=hour))
        for who, when in reads:
            if when == hour:
                people[who].notifications.filter(read_at=None).update(read_at=timezone.now())
        if hour % 24 in (4, 5, 6, 7, 15):
            for minutes in (1, 21, 41):
                send_due_digests(START + timedelta(hours=hour, minutes=minutes))


def _one_a_morning(people):
    mornings = Counter(
        (row.account_id, row.mailing.key[-10:])
        for row in Delivery.objects.filter(mailing__key__startswith="digest-").select_related("mailing")
    )
    assert mornings
    assert set(mornings.values()) == {1}
    assert {day for _who, day in mornings} <= {(date(2020, 11, 2) + timedelta(days=n)).isoformat() for n in range(22)}
