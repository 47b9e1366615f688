"""Proposals, what committees and members answer, and the recommendation that may come of one."""

from proposals.models.about import OutcomeAboutProposal
from proposals.models.boards import ResultReminder, Sequel, Submission
from proposals.models.checklist import (
    Checklist,
    Consideration,
    ConsiderationAnswer,
    ConsiderationEntry,
    ConsiderationList,
)
from proposals.models.circulation import InterestAnswer, Reminder
from proposals.models.proposals import Proposal, ProposalEntry, ProposalFile
from proposals.models.recommendations import Recommendation, RecommendationApproval
from proposals.models.related import Related
from proposals.models.replies import ForwardedComments, ForwardedFile, Interest, ProposalRemark
from proposals.models.tray import Tray, TrayFile
from proposals.models.words import ProposalWords

__all__ = [
    "Checklist",
    "Consideration",
    "ConsiderationAnswer",
    "ConsiderationEntry",
    "ConsiderationList",
    "ForwardedComments",
    "ForwardedFile",
    "Interest",
    "InterestAnswer",
    "OutcomeAboutProposal",
    "Proposal",
    "ProposalEntry",
    "ProposalFile",
    "ProposalRemark",
    "ProposalWords",
    "Recommendation",
    "RecommendationApproval",
    "Related",
    "Reminder",
    "ResultReminder",
    "Sequel",
    "Submission",
    "Tray",
    "TrayFile",
]
