"""Plain factories: every argument has a value, and any may be given."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from communications.models import Letter, Step, WorkPlan
from communications.services.letters import approve_letter, draft_letter, propose_letter
from communications.services.work_plan import add_step
from communications.services.work_plans import open_work_plan
from core.dates import today
from documents.models import Document, Revision
from organizations.models import Organization
from organizations.tests.factories import make_contact

_numbers = itertools.count(1)
CAPACITIES = ["chair", "manager", "national_body"]


def make_revision(reference: str = "", **overrides) -> Revision:
    number = 800 + next(_numbers)
    title = overrides.pop("title", "Effective coordination")
    document = Document.objects.create(number=number, slug=f"spcg-{number}", title=title, kind="paper")
    values = {
        "state": "approved",
        "text": "First paragraph of the paper.",
        "approved_on": date(2020, 11, 25),
        **overrides,
    }
    return Revision.objects.create(document=document, position=3, **values)


def make_work_plan(cast, **overrides) -> WorkPlan:
    values = {"title": "Communications work plan 2020-2021", "period": "2020-2021", **overrides}
    known = WorkPlan.objects.filter(period=values["period"]).first()
    return known or open_work_plan(cast.iso_secretary, **values)


def make_step(cast, work_plan: WorkPlan | None = None, **overrides) -> Step:
    day = today()
    values = {
        "title": f"Step {next(_numbers)}",
        "audience": "Convenors",
        "owners": [cast.ISO],
        "start_on": day - timedelta(days=10),
        "due_on": day + timedelta(days=60),
        **overrides,
    }
    return add_step(cast.iso_secretary, work_plan=work_plan or make_work_plan(cast), **values)


def make_audience(cast, each: int = 1) -> None:
    """So many chairs in each organization."""
    for organization in (cast.ISO, cast.IEC, cast.ITU_T):
        for _number in range(each):
            make_contact(organization)


def make_letter(cast, state: str = "draft", **overrides) -> Letter:
    """A letter in any state up to approved, brought there through the services."""
    if not Organization.objects.filter(contacts__isnull=False).exists():
        make_audience(cast)
    values = {
        "subject": "Effective coordination among ISO, IEC and ITU-T",
        "body": "The three boards have approved the attached paper.\n\nUse the checklist.",
        "capacities": CAPACITIES,
        "organizations": [cast.ISO, cast.IEC, cast.ITU_T],
        **overrides,
    }
    letter = draft_letter(cast.iso_secretary, **values)
    if state != "draft":
        propose_letter(letter, cast.iso_secretary)
    if state == "approved":
        approve_all(cast, letter)
    return letter


def approve_all(cast, letter: Letter) -> None:
    for organization, name in ((cast.ISO, "iso"), (cast.IEC, "iec"), (cast.ITU_T, "itu_t")):
        approve(cast, letter, organization, f"{name}_secretary")


def approve(cast, letter: Letter, organization: Organization, name: str, **overrides) -> Letter:
    edition = letter.covers.get(organization=organization).edition
    return approve_letter(letter, organization, cast.fresh(name), **{"edition": edition, **overrides})
