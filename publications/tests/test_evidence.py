"""A publication shows that a milestone is reached."""

import pytest
from django.urls import reverse

from communications.models import Step
from communications.queries.evidence import evidence_of
from communications.queries.work_plan import steps_of
from communications.services.work_plan import complete_step, reopen_step
from communications.tests.factories import make_step, make_work_plan
from core.dates import format_date, today
from core.moves import Refused
from publications.models import StepProof
from publications.services import withdraw_publication
from publications.tests.factories import make_publication, make_sent_letter, publish


def url(step):
    return reverse("communications:complete_step", args=[step.pk])


def test_a_publication_completes_a_milestone_and_both_pages_say_so(cast, client_of):
    step, publication = make_step(cast), publish(cast, make_sent_letter(cast))
    client = client_of("iso_secretary")
    key = f"publication-{publication.pk}"
    assert key in client.get(url(step)).content.decode()
    assert client.post(url(step), {"on": str(today()), "evidence_record": key}).status_code == 302
    label = f"{publication.title}, published {format_date(publication.published_at)}"
    assert label in client_of("observer").get(step.get_absolute_url()).content.decode()
    assert step.title in client_of("observer").get(publication.get_absolute_url()).content.decode()
    table = client_of("observer").get("/communications/work-plan/").content.decode()
    assert f'href="{publication.get_absolute_url()}"' in table
    assert label in client.get("/communications/work-plan/export/csv/").content.decode()
    assert step.history.first().after["evidence"] == label


@pytest.mark.parametrize("key", ["publication-0", "publication-x", "letter-1", "x" * 300, "publication-" + "9" * 40])
def test_what_is_not_there_shows_nothing_and_the_step_stays_open(cast, client_of, key):
    step = make_step(cast)
    with pytest.raises(Refused):
        complete_step(step, cast.iso_secretary, evidence_record=key)
    assert client_of("iso_secretary").post(url(step), {"on": str(today()), "evidence_record": key}).status_code == 200
    assert Step.objects.get(pk=step.pk).done_on is None


def test_what_is_only_asked_for_shows_nothing(cast, client_of):
    step, publication = make_step(cast), make_publication(cast)
    assert f"publication-{publication.pk}" not in client_of("iso_secretary").get(url(step)).content.decode()
    with pytest.raises(Refused):
        complete_step(step, cast.iso_secretary, evidence_record=f"publication-{publication.pk}")
    assert StepProof.objects.count() == 0


def test_a_publication_withdrawn_later_stays_as_evidence_and_says_so(cast):
    step, publication = make_step(cast), publish(cast)
    complete_step(step, cast.iso_secretary, evidence_record=f"publication-{publication.pk}")
    withdraw_publication(publication, cast.iec_secretary, reason="Superseded.")
    assert evidence_of([step])[step.pk] == [
        f"{publication.title}, published {format_date(publication.published_at)} and withdrawn since"
    ]


def test_a_reopened_step_has_no_evidence_and_its_history_keeps_it(cast):
    step, publication = make_step(cast), publish(cast)
    complete_step(step, cast.iso_secretary, evidence_record=f"publication-{publication.pk}")
    reopen_step(step, cast.iso_secretary, reason="too early")
    assert StepProof.objects.count() == 0
    assert publication.title in step.history.first().before["evidence"]


def test_evidence_takes_as_many_queries_for_many_steps_as_for_one(cast, django_assert_num_queries):
    plan, publication = make_work_plan(cast), publish(cast)
    for _n in range(8):
        complete_step(make_step(cast, plan), cast.iso_secretary, evidence_record=f"publication-{publication.pk}")
    rows = list(steps_of(plan))
    for some in (rows[:1], rows):
        with django_assert_num_queries(1):
            evidence_of(some)
