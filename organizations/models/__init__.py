"""Organizations, their committees, who is appointed, who receives letters; and the abstract Approval and Remark."""

from organizations.models.committees import (
    Committee,
    CommitteeAlias,
    CommonText,
    Publication,
)
from organizations.models.contacts import (
    Contact,
    ContactEntry,
    ContactImport,
    ContactImportRow,
)
from organizations.models.people import (
    Appointment,
    Invitation,
    PersonEntry,
)
from organizations.models.places import (
    BoardMeeting,
    Organization,
)
from organizations.models.verdicts import (
    Approval,
    Remark,
)

__all__ = [
    "Appointment",
    "Approval",
    "BoardMeeting",
    "Committee",
    "CommitteeAlias",
    "CommonText",
    "Contact",
    "ContactEntry",
    "ContactImport",
    "ContactImportRow",
    "Invitation",
    "Organization",
    "PersonEntry",
    "Publication",
    "Remark",
]
