"""The landscape: areas of coordination with their living text, committees and mechanisms; and priority rounds."""

from landscape.models.areas import (
    Area,
    AreaCommittee,
    AreaDocument,
    AreaEntry,
    AreaMechanism,
    AreaRevision,
    in_one_line,
)
from landscape.models.baselines import AreaImport, Baseline, BaselineArea, BaselineEntry
from landscape.models.confirmations import Confirmation, ConfirmationPeriod, ConfirmationRequest, PeriodEntry
from landscape.models.remarks import AreaRemark
from landscape.models.rounds import Criterion, PriorityRound, RoundEntry, Score, ScoreReason
from landscape.models.suggestions import AreaSuggestion

__all__ = [
    "Area",
    "AreaCommittee",
    "AreaDocument",
    "AreaEntry",
    "AreaImport",
    "AreaMechanism",
    "AreaRemark",
    "AreaRevision",
    "AreaSuggestion",
    "Baseline",
    "BaselineArea",
    "BaselineEntry",
    "Confirmation",
    "ConfirmationPeriod",
    "ConfirmationRequest",
    "Criterion",
    "PeriodEntry",
    "PriorityRound",
    "RoundEntry",
    "Score",
    "ScoreReason",
    "in_one_line",
]
