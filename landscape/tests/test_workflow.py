"""Every move from every state by everybody, against a table written by hand."""

import pytest

from core.moves import NotAllowed, WrongState, check
from landscape.models import Area, PriorityRound
from landscape.workflow import AREA_MOVES, ROUND_MOVES

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
OTHERS = {"iso_member", "iec_member", "itu_t_member", "observer", "administrator", "outsider", "disabled"}
ALLOWED = {("close", "open"), ("open_again", "closed"), ("close_round", "open")}
MOVES = {**AREA_MOVES, **ROUND_MOVES}


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("name", MOVES)
def test_moves(cast, name, state):
    model = PriorityRound if name in ROUND_MOVES else Area
    for person in SECRETARIES | OTHERS:
        outcome = None
        try:
            check(model(state=state), MOVES[name], getattr(cast, person))
        except (NotAllowed, WrongState) as error:
            outcome = NotAllowed if isinstance(error, NotAllowed) else WrongState
        expected = NotAllowed if person in OTHERS else None if (name, state) in ALLOWED else WrongState
        assert outcome is expected, (name, state, person)
