"""Proposals, what committees and members answer, and the recommendation that may come of one."""

from proposals.models.proposals import Proposal, ProposalEntry, ProposalFile
from proposals.models.recommendations import Recommendation, RecommendationApproval, Submission
from proposals.models.related import Related
from proposals.models.replies import ForwardedComments, Interest, ProposalRemark

__all__ = [
    "ForwardedComments",
    "Interest",
    "Proposal",
    "ProposalEntry",
    "ProposalFile",
    "ProposalRemark",
    "Recommendation",
    "RecommendationApproval",
    "Related",
    "Submission",
]
