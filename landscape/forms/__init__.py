"""Forms of the landscape, by noun."""

from landscape.forms.areas import AddAreaForm, CloseForm, EditAreaForm, ReasonForm, lines_of_committees
from landscape.forms.register import MatrixFilter
from landscape.forms.remarks import CommentForm, ResolveForm
from landscape.forms.rounds import ABSTAIN, OpenRoundForm, ScoreForm

__all__ = [
    "ABSTAIN",
    "AddAreaForm",
    "CloseForm",
    "CommentForm",
    "EditAreaForm",
    "MatrixFilter",
    "OpenRoundForm",
    "ReasonForm",
    "ResolveForm",
    "ScoreForm",
    "lines_of_committees",
]
