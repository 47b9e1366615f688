"""Every state x move x person against an expectation written by hand."""

import pytest

from core.moves import AlreadyDone, NotAllowed, WrongState
from meetings.models import Meeting
from meetings.services.schedule import cancel_meeting, hold_meeting
from meetings.tests.factories import make_meeting
from meetings.workflow import MOVES

S = Meeting.State
SERVICES = {"hold": hold_meeting, "cancel": cancel_meeting}
EXPECTED = {
    S.PLANNED: {"hold": S.HELD, "cancel": S.CANCELLED},
    S.HELD: {"hold": AlreadyDone, "cancel": WrongState},
    S.CANCELLED: {"hold": WrongState, "cancel": AlreadyDone},
}
WRITERS = ("iso_secretary", "iec_secretary", "itu_t_secretary")
READERS = ("iso_member", "iec_member2", "observer", "administrator", "outsider", "disabled")


def test_table_names_the_moves_of_the_expectation():
    assert set(MOVES) == set(SERVICES)
    assert {state: set(moves) for state, moves in EXPECTED.items()} == {state: set(MOVES) for state in S}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("move", SERVICES)
@pytest.mark.parametrize("state", S.values)
def test_move_by_a_secretary(cast, state, move, name):
    meeting = make_meeting(state=state)
    expected = EXPECTED[state][move]
    if isinstance(expected, str):
        SERVICES[move](meeting, cast.fresh(name))
        meeting.refresh_from_db()
        assert meeting.state == expected
        assert meeting.history.get().action == move
        return
    with pytest.raises(expected) as caught:
        SERVICES[move](meeting, cast.fresh(name))
    assert caught.type is expected
    assert meeting.history.count() == 0


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("move", SERVICES)
@pytest.mark.parametrize("state", S.values)
def test_move_by_others_is_refused(cast, state, move, name):
    meeting = make_meeting(state=state)
    with pytest.raises(NotAllowed):
        SERVICES[move](meeting, cast.fresh(name))
    meeting.refresh_from_db()
    assert meeting.state == state
    assert meeting.history.count() == 0
