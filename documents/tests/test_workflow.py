"""Every state x move x person against an expectation written by hand."""

import pytest

from core.moves import AlreadyDone, NotAllowed, WrongState
from documents.models import Revision
from documents.services.register import approve_revision, propose_revision, withdraw_revision
from documents.tests.factories import make_revision
from documents.workflow import MOVES

S = Revision.Status
SERVICES = {"propose": propose_revision, "approve": approve_revision, "withdraw": withdraw_revision}
# state: {move: the state after it, or the error}
EXPECTED = {
    S.DRAFT: {"propose": S.FOR_APPROVAL, "approve": WrongState, "withdraw": S.WITHDRAWN},
    S.FOR_APPROVAL: {"propose": AlreadyDone, "approve": S.APPROVED, "withdraw": S.WITHDRAWN},
    S.APPROVED: {"propose": WrongState, "approve": AlreadyDone, "withdraw": S.WITHDRAWN},
    S.WITHDRAWN: {"propose": WrongState, "approve": WrongState, "withdraw": AlreadyDone},
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
    revision = make_revision(state=state)
    expected = EXPECTED[state][move]
    if isinstance(expected, str):
        SERVICES[move](revision, cast.fresh(name))
        revision.refresh_from_db()
        assert revision.state == expected
        assert revision.document.history.get().action == move
        return
    with pytest.raises(expected) as caught:
        SERVICES[move](revision, cast.fresh(name))
    assert caught.type is expected
    assert revision.document.history.count() == 0


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("move", SERVICES)
@pytest.mark.parametrize("state", S.values)
def test_move_by_others_is_refused(cast, state, move, name):
    revision = make_revision(state=state)
    with pytest.raises(NotAllowed):
        SERVICES[move](revision, cast.fresh(name))
    revision.refresh_from_db()
    assert revision.state == state
    assert revision.document.history.count() == 0
