"""Named reads of the room; no writes."""

from communications.queries.audience import (
    Exclusion,
    audience_table,
    count_mailed,
    count_recipients,
    exclusions,
    recipients,
)
from communications.queries.letters import (
    current_approvals,
    current_editions,
    deadlines_of_letters,
    edition_content,
    letters_visible_to,
    problems,
    recent_letter_entries,
    remarks_on,
    uses,
    waiting_letters,
)
from communications.queries.rooms import deadlines, recent_entries, waiting
from communications.queries.schedules import last_refusal, open_schedule, waiting_for
from communications.queries.work_plan import (
    StepState,
    current_work_plan,
    deadlines_of_steps,
    recent_step_entries,
    state_of,
    steps_of,
    summary,
    waiting_steps,
)

__all__ = [
    "Exclusion",
    "StepState",
    "audience_table",
    "count_mailed",
    "count_recipients",
    "current_approvals",
    "current_editions",
    "current_work_plan",
    "deadlines",
    "deadlines_of_letters",
    "deadlines_of_steps",
    "edition_content",
    "exclusions",
    "last_refusal",
    "letters_visible_to",
    "open_schedule",
    "problems",
    "recent_entries",
    "recent_letter_entries",
    "recent_step_entries",
    "recipients",
    "remarks_on",
    "state_of",
    "steps_of",
    "summary",
    "uses",
    "waiting",
    "waiting_for",
    "waiting_letters",
    "waiting_steps",
]
