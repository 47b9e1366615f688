"""Every state x move x person of the cast, against a table written by hand."""

import pytest

from core.moves import AlreadyDone, NotAllowed, WrongState, check
from reports.models import BoardReport
from reports.workflow import MOVES

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
EVERYBODY = (
    "iso_secretary iec_secretary itu_t_secretary iso_member iec_member itu_t_member observer administrator "
    "outsider disabled"
).split()
# (state, move) -> what happens to a secretary; everybody else is not allowed.
EXPECTED = {
    ("draft", "propose"): None,
    ("draft", "approve"): WrongState,
    ("for_approval", "propose"): AlreadyDone,
    ("for_approval", "approve"): None,
    ("approved", "propose"): WrongState,
    ("approved", "approve"): AlreadyDone,
}


def test_the_table_names_every_state_and_move():
    assert set(EXPECTED) == {(state, move) for state in BoardReport.State.values for move in MOVES}


@pytest.mark.parametrize(("state", "move"), EXPECTED)
@pytest.mark.parametrize("name", EVERYBODY)
def test_move(cast, state, move, name):
    report = BoardReport(state=state, period_from="2026-01-01", period_to="2026-02-01")
    expected = EXPECTED[state, move] if name in SECRETARIES else NotAllowed
    if expected is None:
        check(report, MOVES[move], cast.fresh(name))
        return
    with pytest.raises(expected) as error:
        check(report, MOVES[move], cast.fresh(name))
    assert type(error.value) is expected
