"""Two at the same instant, over real connections: one effect, and the other is told. On both databases."""

import pytest

from core.moves import Conflict
from proposals.models import Checklist, ConsiderationAnswer, ConsiderationList, Proposal
from proposals.services.considerations import edit_considerations, enforce_considerations, prepare_considerations
from proposals.tests.factories import make_circulated
from proposals.tests.test_checklist import answer
from proposals.tests.test_considerations import ship
from proposals.tests.test_races import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_first_answers_at_once_begin_one_checklist_and_one_is_told(cast):
    ship()
    proposal, secretary = make_circulated(cast), cast.fresh("iso_secretary")

    def job(position):
        return lambda: answer(Proposal.objects.get(pk=proposal.pk), secretary, position)

    results = at_once(job(1), job(2))
    assert [type(result) for result in refused(results)] == [Conflict]
    assert (Checklist.objects.get().version, ConsiderationAnswer.objects.count()) == (2, 1)
    assert proposal.history.filter(action="consider").count() == 1


def test_a_list_put_in_force_at_once_by_two_is_in_force_once(cast):
    ship()
    administrator = cast.fresh("administrator")
    draft = prepare_considerations(administrator)

    def job():
        return enforce_considerations(ConsiderationList.objects.get(pk=draft.pk), administrator, draft.version)

    results = at_once(job, job)
    assert len(refused(results)) == 1
    assert list(ConsiderationList.objects.values_list("number", "state")) == [(2, "in_force"), (1, "replaced")]
    assert draft.history.filter(action="enforce").count() == 1


def test_an_edit_and_the_move_at_once_never_change_a_list_in_force(cast):
    ship()
    administrator = cast.fresh("administrator")
    draft = prepare_considerations(administrator)
    before = draft.text

    def edit():
        item = ConsiderationList.objects.get(pk=draft.pk)
        values = {"title": "T", "source": "", "is_reconstruction": False}
        return edit_considerations(item, administrator, draft.version, lines=[("Late.", "")], **values)

    def enforce():
        return enforce_considerations(ConsiderationList.objects.get(pk=draft.pk), administrator, draft.version)

    results = at_once(edit, enforce)
    assert len(refused(results)) == 1
    found = ConsiderationList.objects.get(pk=draft.pk)
    assert (found.state, found.text) in [("in_force", before), ("draft", "Late.")]
