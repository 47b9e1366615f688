"""The communication plan, the work plan with its steps, and circular letters: one body, three covers."""

from communications.models.letters import (
    Cover,
    CoverEdition,
    Letter,
    LetterApproval,
    LetterAttachment,
    LetterEntry,
)
from communications.models.plans import (
    AUDIENCES,
    Plan,
    PlanEntry,
    Step,
    StepEntry,
    WorkPlan,
)
from communications.models.schedules import Schedule

__all__ = [
    "AUDIENCES",
    "Cover",
    "CoverEdition",
    "Letter",
    "LetterApproval",
    "LetterAttachment",
    "LetterEntry",
    "Plan",
    "PlanEntry",
    "Schedule",
    "Step",
    "StepEntry",
    "WorkPlan",
]
