"""Every state x move x cast member, against an expectation written by hand."""

import pytest

from core.moves import AlreadyDone, NotAllowed, WrongState, check
from proposals.models import ConsiderationList, Proposal
from proposals.services.record import check_act
from proposals.tests.factories import make_proposal
from proposals.workflow import ACTS, LIST_MOVES, MOVES

PEOPLE = (
    "iso_secretary iso_member iso_member2 iec_secretary iec_member iec_member2 itu_t_secretary itu_t_member "
    "itu_t_member2 observer administrator outsider disabled"
).split()
OWN = {"iso_secretary"}
SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
VOICES = SECRETARIES | {f"{code}_{role}" for code in ("iso", "iec", "itu_t") for role in ("member", "member2")}

# The proposal was received by ISO. name: (who, from which states, to which state)
EXPECTED = {
    "circulate": (OWN, {"draft"}, "circulated"),
    "extend": (OWN, {"circulated"}, "circulated"),
    "draft": (SECRETARIES, {"circulated"}, "recommendation"),
    "revise": (SECRETARIES, {"recommendation"}, "recommendation"),
    "propose": (SECRETARIES, {"recommendation"}, "recommendation"),
    "approve": (SECRETARIES, {"recommendation"}, "recommendation"),
    "submit": (SECRETARIES, {"recommendation", "outcome"}, None),
    "correct": (SECRETARIES, {"recommendation", "outcome"}, None),
    "note": (SECRETARIES, {"recommendation", "outcome"}, None),
    "link": (OWN, {"recommendation", "forwarded", "no_action", "outcome"}, None),
    "unlink": (OWN, {"recommendation", "forwarded", "no_action", "outcome"}, None),
    "forward": (SECRETARIES, {"circulated", "forwarded"}, "forwarded"),
    "close_comments": (OWN, {"circulated", "recommendation"}, None),
    "receive": (SECRETARIES, {"circulated", "recommendation", "forwarded", "no_action", "outcome"}, None),
    "reopen": (OWN, {"withdrawn", "no_action", "forwarded"}, "circulated"),
    "close": (OWN, {"circulated"}, "no_action"),
    "record": (OWN, {"recommendation", "forwarded", "no_action", "outcome"}, "outcome"),
    "withdraw": (OWN, {"draft", "circulated", "recommendation", "forwarded"}, "withdrawn"),
    "edit": (OWN, {"draft", "circulated", "recommendation"}, None),
    "attach": (OWN, {"draft", "circulated", "recommendation"}, None),
    "consider": (OWN, {"draft", "circulated", "recommendation"}, None),
    "adopt": (OWN, {"draft", "circulated", "recommendation"}, None),
    "comment": (VOICES, {"circulated", "recommendation", "forwarded", "no_action", "outcome"}, None),
    "dispose": (OWN, {"circulated", "recommendation", "forwarded", "no_action", "outcome"}, None),
    "ask": (VOICES, {"circulated", "recommendation"}, None),
    "declare": (VOICES, {"circulated", "recommendation", "forwarded", "no_action", "outcome"}, None),
}


def expected(name: str, state: str, person: str) -> str:
    who, sources, to = EXPECTED[name]
    if person not in who:
        return "not allowed"
    if state in sources:
        return "allowed"
    return "done" if state == to else "wrong state"


def found(proposal, name: str, user, moves=MOVES) -> str:
    try:
        if name in moves:
            check(proposal, moves[name], user)
        else:
            check_act(proposal, name, user)
    except NotAllowed:
        return "not allowed"
    except AlreadyDone:
        return "done"
    except WrongState:
        return "wrong state"
    return "allowed"


def test_every_move_has_an_expectation():
    assert set(MOVES) | set(ACTS) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_moves_are_open_to_these_people_in_these_states(cast, name):
    proposal = make_proposal(cast)
    users = {person: cast.fresh(person) for person in PEOPLE}
    cells = [(state, person) for state in Proposal.State.values for person in PEOPLE]
    wanted = {cell: expected(name, *cell) for cell in cells}
    got = {}
    for state, person in cells:
        proposal.state = state
        got[state, person] = found(proposal, name, users[person])
    assert got == wanted


@pytest.mark.parametrize(("name", "to"), [("edit", "draft"), ("enforce", "in_force")])
def test_a_list_of_considerations_moves_by_the_administrator_only(cast, name, to):
    considerations = ConsiderationList(number=1, title="Considerations")
    users = {person: cast.fresh(person) for person in PEOPLE}
    for state in ConsiderationList.State.values:
        for person, user in users.items():
            considerations.state = state
            wanted = "done" if state == to else "wrong state"
            wanted = "allowed" if state == "draft" else wanted
            expected_here = wanted if person == "administrator" else "not allowed"
            assert (state, person, found(considerations, name, user, LIST_MOVES)) == (state, person, expected_here)
    assert set(LIST_MOVES) == {"edit", "enforce"}


def test_moves_lead_to_the_states_written_here():
    assert {name: move.to for name, move in MOVES.items()} == {
        name: to for name, (_who, _sources, to) in EXPECTED.items() if to
    }


@pytest.mark.parametrize(
    ("right", "moves"),
    [
        (
            "may_write",
            {"edit", "attach", "dispose", "draft", "revise", "propose", "close", "record", "withdraw"}
            | {"correct", "note", "link", "unlink", "consider", "adopt", "receive", "reopen"},
        ),
        ("may_approve", {"approve"}),
        ("may_send", {"circulate", "extend", "close_comments", "forward", "submit"}),
    ],
)
def test_each_right_of_a_secretary_opens_its_own_moves(cast, right, moves):
    cast.iso_secretary.appointments.update(**{right: False})
    proposal = make_proposal(cast)
    secretary = cast.fresh("iso_secretary")
    closed = {name for name, move in {**MOVES, **ACTS}.items() if not move.who(secretary, proposal)}
    assert closed == moves


def test_readme_prints_the_table():
    from pathlib import Path

    readme = (Path(__file__).parents[1] / "README.md").read_text()
    moves = readme.partition("## Moves")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in moves.splitlines() if line.startswith("| ")][1:]
    printed = [(row[0].removeprefix("| "), row[1], row[2]) for row in rows]
    assert printed == [(move.name, ", ".join(move.sources), move.to) for move in MOVES.values()]
