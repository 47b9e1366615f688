"""The communication plan, the work plan with its steps, and circular letters: one body, three covers."""

from communications.models.about import OutcomeAboutLetter, OutcomeAboutStep
from communications.models.audience import SavedAudience
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
    PLAN_PARTS,
    BaselineStep,
    Plan,
    PlanBaseline,
    PlanEntry,
    PlanRevision,
    Step,
    StepEntry,
    StepReminder,
    WorkPlan,
    WorkPlanEntry,
)
from communications.models.records import Acknowledgement, LetterRecord, OutsideDispatch
from communications.models.schedules import Schedule

__all__ = [
    "OutcomeAboutLetter",
    "OutcomeAboutStep",
    "AUDIENCES",
    "BaselineStep",
    "Acknowledgement",
    "Cover",
    "CoverEdition",
    "Letter",
    "LetterApproval",
    "LetterAttachment",
    "LetterEntry",
    "LetterRecord",
    "OutsideDispatch",
    "Plan",
    "PlanBaseline",
    "PLAN_PARTS",
    "PlanEntry",
    "PlanRevision",
    "SavedAudience",
    "Schedule",
    "Step",
    "StepEntry",
    "StepReminder",
    "WorkPlan",
    "WorkPlanEntry",
]
