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
from landscape.models.remarks import AreaRemark
from landscape.models.rounds import Criterion, PriorityRound, RoundEntry, Score, ScoreReason
from landscape.models.suggestions import AreaSuggestion

__all__ = [
    "Area",
    "AreaCommittee",
    "AreaDocument",
    "AreaEntry",
    "AreaMechanism",
    "AreaRemark",
    "AreaRevision",
    "AreaSuggestion",
    "Criterion",
    "PriorityRound",
    "RoundEntry",
    "Score",
    "ScoreReason",
    "in_one_line",
]
