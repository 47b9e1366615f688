"""Every state of a mailing with every move, against a hand-written expectation."""

import pytest

from core.moves import AlreadyDone, WrongState, make
from post.models import Mailing
from post.workflow import MOVES

STATES = ["prepared", "held", "sending", "paused", "finished", "aborted"]
# Where each move leads from each state; "" is refused.
EXPECTED = {
    "hold": ["held", "", "", "", "", ""],
    "release": ["sending", "sending", "", "", "", ""],
    "undo": ["", "aborted", "", "", "", ""],
    "pause": ["", "", "paused", "", "", ""],
    "resume": ["", "", "", "sending", "", ""],
    "finish": ["", "", "finished", "finished", "", ""],
    "abort": ["", "aborted", "aborted", "aborted", "", ""],
    "send_missing": ["", "", "", "", "sending", ""],
}


def test_expectation_covers_every_move_and_state():
    assert set(EXPECTED) == set(MOVES)
    assert Mailing.State.values == STATES


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("state", STATES)
def test_move_from_state(db, name, state):
    mailing = Mailing.objects.create(kind="letter", key="k", title="t", state=state)
    expected = EXPECTED[name][STATES.index(state)]
    if expected:
        make(mailing, MOVES[name], None)
        assert Mailing.objects.get().state == expected
        return
    with pytest.raises(WrongState) as caught:
        make(mailing, MOVES[name], None)
    assert isinstance(caught.value, AlreadyDone) == (state == MOVES[name].to)
    assert Mailing.objects.get().state == state
