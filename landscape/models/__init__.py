"""The landscape: areas of coordination with their living text, committees and mechanisms; and priority rounds."""

from landscape.models.about import OutcomeAboutArea
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
from landscape.models.decisions import AreaDecision, AreaResult
from landscape.models.remarks import AreaRemark
from landscape.models.rounds import Criterion, PriorityRound, RoundEntry, Score, ScoreReason
from landscape.models.suggestions import AreaSuggestion

__all__ = [
    "Area",
    "AreaCommittee",
    "AreaDecision",
    "AreaDocument",
    "AreaEntry",
    "AreaImport",
    "AreaMechanism",
    "AreaRemark",
    "AreaResult",
    "AreaRevision",
    "AreaSuggestion",
    "Baseline",
    "BaselineArea",
    "BaselineEntry",
    "Confirmation",
    "ConfirmationPeriod",
    "ConfirmationRequest",
    "Criterion",
    "OutcomeAboutArea",
    "PeriodEntry",
    "PriorityRound",
    "RoundEntry",
    "Score",
    "ScoreReason",
    "in_one_line",
]
