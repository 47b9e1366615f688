"""Clean values for the work plan and for letters."""

from communications.forms.fields import (
    OrganizationsField,
    ReasonForm,
    ReferencesField,
)
from communications.forms.letters import (
    MAIL_SUBJECT,
    CoverForm,
    DraftLetterForm,
    EditLetterForm,
    SendForm,
    TestForm,
)
from communications.forms.plans import (
    AddStepForm,
    BaselineForm,
    CompleteStepForm,
    EditStepForm,
    EditWorkPlanForm,
    OpenWorkPlanForm,
    PlanForm,
    ProgressForm,
    RestoreForm,
)
from communications.forms.schedules import RescheduleForm, ScheduleForm

__all__ = [
    "AddStepForm",
    "BaselineForm",
    "CompleteStepForm",
    "CoverForm",
    "DraftLetterForm",
    "EditLetterForm",
    "EditStepForm",
    "EditWorkPlanForm",
    "MAIL_SUBJECT",
    "OpenWorkPlanForm",
    "OrganizationsField",
    "PlanForm",
    "ProgressForm",
    "ReasonForm",
    "ReferencesField",
    "RescheduleForm",
    "RestoreForm",
    "ScheduleForm",
    "SendForm",
    "TestForm",
]
