"""The landscape: areas of coordination with their living text, committees and mechanisms; and priority rounds."""

from landscape.models.areas import Area, AreaCommittee, AreaEntry, AreaMechanism, AreaRevision
from landscape.models.remarks import AreaRemark
from landscape.models.rounds import Criterion, PriorityRound, RoundEntry, Score, ScoreReason

__all__ = [
    "Area",
    "AreaCommittee",
    "AreaEntry",
    "AreaMechanism",
    "AreaRemark",
    "AreaRevision",
    "Criterion",
    "PriorityRound",
    "RoundEntry",
    "Score",
    "ScoreReason",
]
