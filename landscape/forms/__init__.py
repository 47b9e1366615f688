"""Forms of the landscape, by noun."""

from landscape.forms.areas import (
    AddAreaForm,
    CloseForm,
    EditAreaForm,
    ReasonForm,
    lines_of_committees,
    lines_of_documents,
    rows_of_mechanisms,
)
from landscape.forms.register import MatrixFilter
from landscape.forms.remarks import CommentForm, ResolveForm
from landscape.forms.rounds import ABSTAIN, OpenRoundForm, ScoreForm
from landscape.forms.suggestions import DecideForm, SuggestForm

__all__ = [
    "ABSTAIN",
    "AddAreaForm",
    "CloseForm",
    "CommentForm",
    "DecideForm",
    "EditAreaForm",
    "MatrixFilter",
    "OpenRoundForm",
    "ReasonForm",
    "ResolveForm",
    "ScoreForm",
    "SuggestForm",
    "lines_of_committees",
    "lines_of_documents",
    "rows_of_mechanisms",
]
