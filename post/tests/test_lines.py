"""One connection: what leaves together, and what becomes of the neighbours of a refused message."""

import pytest

from post.services.dispatch import send_due
from post.tests.factories import make_letter, states_of

pytestmark = pytest.mark.django_db


def test_texts_and_envelopes_leave_together_where_the_server_offers_it(sink, monkeypatch):
    """PIPELINING: the envelope of the next message behind the text of this one; the last group ends in DATA."""
    from post.services import lines

    groups = []
    original = lines.Line._send_text

    def watch(line, message, following):
        original(line, message, following)
        groups.append(line._ahead is not None)

    monkeypatch.setattr(lines.Line, "_send_text", watch)
    make_letter(3)
    assert send_due() == 3
    assert groups == ([True, True, False] if sink.offers else [False] * 3)
    assert sink.connections == 1


def test_refused_neighbour_costs_nobody_else_his_mail(sink):
    sink.rcpt = {f"r{n}@iso.example": "550 5.1.1 no such user" for n in (1, 4, 5, 8)}
    sink.data = {"r6@iso.example": "554 5.7.1 spam"}
    mailing = make_letter(8)
    assert send_due() == 3
    assert states_of(mailing) == ["failed", "sent", "sent", "failed", "failed", "failed", "sent", "failed"]
    assert sink.recipients == ["r2@iso.example", "r3@iso.example", "r7@iso.example"]
    assert sink.connections == 1


def test_server_that_closes_after_so_many_messages_is_called_again_at_once(sink):
    sink.close_after = 3
    mailing = make_letter(8)
    assert send_due() == 8
    assert states_of(mailing) == ["sent"] * 8
    assert {row.attempts for row in mailing.deliveries.all()} == {1}
    assert len(sink.recipients) == len(set(sink.recipients)) == 8
    assert sink.connections == 3
