"""Every move from every state by everybody, against what is expected."""

import pytest

from core.moves import moves_open_to
from publications.models import Publication
from publications.tests.factories import make_publication
from publications.workflow import MOVES

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
OTHERS = {"iso_member", "observer", "administrator", "outsider", "disabled"}
EXPECTED = {
    "for_approval": {"publish", "withdraw"},
    "published": {"withdraw"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", EXPECTED)
def test_moves_open_in_each_state(cast, state):
    publication = make_publication(cast)
    Publication.objects.filter(pk=publication.pk).update(state=state)
    publication.refresh_from_db()
    for name in SECRETARIES:
        assert {m.name for m in moves_open_to(cast.fresh(name), publication, MOVES.values())} == EXPECTED[state]
    for name in OTHERS:
        assert moves_open_to(cast.fresh(name), publication, MOVES.values()) == []
