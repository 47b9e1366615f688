"""A few illustrative open matters, dated from the day of loading, so that Home is alive."""

from __future__ import annotations

from typing import Any

from communications.services.letters import approve_letter, draft_letter, propose_letter
from communications.services.work_plan import add_step, complete_step
from communications.services.work_plans import open_work_plan
from core.dates import today
from meetings.services.agenda import add_agenda_item
from meetings.services.schedule import schedule_meeting
from organizations.queries import find_committee
from proposals.models import Proposal
from proposals.services.circulation import circulate_proposal
from proposals.services.proposals import log_proposal
from proposals.services.replies import ask_committee, comment_on_proposal
from spcg_portal.loading.landscape import load_landscape
from spcg_portal.loading.source import (
    account,
    ago,
    clock,
    in_days,
    organization,
    record,
    revision,
    secretary,
)


def load_present() -> None:
    """A proposal out for comment, the next meeting, milestones, a letter in approval, the landscape."""
    source = record()["present"]
    load_proposal(source["proposal"])
    load_meeting(source["meeting"])
    load_work_plan(source["work_plan"])
    load_letter(source["letter"])
    load_landscape(source["landscape"])


def _titled(text: str) -> str:
    return text.format(year=today().year)


def load_proposal(row: dict[str, Any]) -> None:
    by = secretary(row["organization"])
    proposal = log_proposal(
        by,
        organization=organization(row["organization"]),
        title=row["title"],
        proposer=row["proposer"],
        scope=row["scope"],
        justification=row["justification"],
        kind=Proposal.Kind.NEW_FIELD,
        received_on=in_days(row["received_in"]),
        reply_by_on=in_days(row["reply_by_in"]),
        illustrative=True,
        at=ago(row["received_in"]),
    )
    at = ago(row["circulated_in"])
    proposal = circulate_proposal(proposal, by, reply_by_on=in_days(row["reply_by_in"]), at=at)
    for acronym in row["asked"]:
        ask_committee(proposal, find_committee(acronym), by, at=at)
    for comment in row["comments"]:
        comment_on_proposal(
            proposal,
            account(comment["by"]),
            comment["text"],
            stance=comment["stance"],
            illustrative=True,
            at=ago(comment["in"]),
        )


def load_meeting(row: dict[str, Any]) -> None:
    by, at = secretary("ITU-T"), ago(-10)
    day = in_days(row["in"])
    meeting = schedule_meeting(
        by,
        kind=row["kind"],
        starts_at=clock(day, row["start"]),
        ends_at=clock(day, row["end"]),
        illustrative=True,
        at=at,
    )
    for title in row["agenda"]:
        add_agenda_item(meeting, by, title=title, minutes=30, illustrative=True, at=at)


def load_work_plan(row: dict[str, Any]) -> None:
    by, at = secretary("ITU-T"), ago(-70)
    plan = open_work_plan(by, title=_titled(row["title"]), period=str(today().year), illustrative=True, at=at)
    for item in row["steps"]:
        step = add_step(
            by,
            work_plan=plan,
            title=item["step"],
            audience=item["audience"],
            owners=[organization(code) for code in item["owner"]],
            start_on=in_days(item["start"]),
            due_on=in_days(item["due"]),
            illustrative=True,
            at=at,
        )
        if "done" in item:
            complete_step(step, secretary(item["owner"][0]), on=in_days(item["done"]), at=ago(item["done"]))


def load_letter(row: dict[str, Any]) -> None:
    by, at = secretary("ITU-T"), ago(-2)
    letter = draft_letter(
        by,
        subject=row["subject"],
        body=row["body"],
        revisions=[revision(row["attaches"])],
        capacities=row["capacities"],
        organizations=[organization(code) for code in ("ISO", "IEC", "ITU-T")],
        illustrative=True,
        at=at,
    )
    letter = propose_letter(letter, by, at=at)
    for code in row["approved_by"]:
        edition = letter.covers.get(organization__code=code).edition
        approve_letter(letter, organization(code), secretary(code), edition=edition, at=ago(-1))
