"""Every state x move x person, against expectations written by hand."""

import pytest

from communications.models import Letter
from communications.tests.factories import make_letter
from communications.workflow import ACTS, MOVES
from core.moves import AlreadyDone, NotAllowed, WrongState, check

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
CAST = [
    *SECRETARIES,
    "iso_member",
    "iec_member",
    "itu_t_member2",
    "observer",
    "administrator",
    "outsider",
    "disabled",
    "portal",
]
OPEN = {"draft", "for_approval", "approved"}
# move: (from which states, to which state, by whom)
EXPECTED = {
    "propose": ({"draft"}, "for_approval", SECRETARIES),
    "approve": ({"for_approval"}, "approved", SECRETARIES),
    "send": ({"approved"}, "sending", SECRETARIES),
    "undo": ({"sending"}, "approved", SECRETARIES),
    "finish": ({"sending"}, "sent", {"portal"}),
    "withdraw": (OPEN, "withdrawn", SECRETARIES),
    "edit": (OPEN, "", SECRETARIES),
    "edit_cover": (OPEN, "", SECRETARIES),
    "test": (OPEN, "", SECRETARIES),
    "schedule": ({"approved"}, "", SECRETARIES),
    "reschedule": ({"for_approval", "approved"}, "", SECRETARIES),
    "unschedule": ({"for_approval", "approved"}, "", SECRETARIES),
    "pause": ({"sending"}, "", SECRETARIES),
    "resume": ({"sending"}, "", SECRETARIES),
    "abort": ({"sending"}, "", SECRETARIES),
    "missing": ({"sending", "sent"}, "", SECRETARIES),
}
TABLE = {**MOVES, **ACTS}


def test_moves_are_those_of_the_expectation():
    assert set(TABLE) == set(EXPECTED)


def outcome(letter, name, person):
    try:
        check(letter, TABLE[name], person)
    except NotAllowed:
        return "person"
    except AlreadyDone:
        return "done"
    except WrongState:
        return "state"
    return "yes"


def expected(state, name, who):
    sources, target, people = EXPECTED[name]
    if who not in people:
        return "person"
    if state in sources:
        return "yes"
    return "done" if state == target else "state"


@pytest.mark.parametrize("state", Letter.State.values)
def test_moves_are_open_to_these_people_only(cast, state):
    letter = make_letter(cast)
    Letter.objects.filter(pk=letter.pk).update(state=state)
    letter.refresh_from_db()
    found, wanted = {}, {}
    for who in CAST:
        person = None if who == "portal" else cast.fresh(who)
        for name in EXPECTED:
            found[who, name] = outcome(letter, name, person)
            wanted[who, name] = expected(state, name, who)
    assert found == wanted


@pytest.mark.parametrize(
    ("right", "names"),
    [
        ("may_write", {"propose", "withdraw", "edit", "edit_cover"}),
        ("may_approve", {"approve"}),
        ("may_send", {"send", "undo", "schedule", "reschedule", "unschedule", "pause", "resume", "abort", "missing"}),
    ],
)
def test_writing_approving_and_sending_are_separate_rights(cast, right, names):
    letter = make_letter(cast)
    person = cast.fresh("iec_secretary")
    person.appointments.update(**{right: False})
    lost = {name for name in EXPECTED if not TABLE[name].who(person, letter)}
    assert lost == names | {"finish"}


def test_sending_needs_an_organization_of_the_audience(cast):
    letter = make_letter(cast, organizations=[cast.ISO, cast.IEC])
    who = [name for name in sorted(SECRETARIES) if MOVES["send"].who(cast.fresh(name), letter)]
    assert who == ["iec_secretary", "iso_secretary"]
