"""Forms of priority rounds and of scores."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm
from landscape.forms.parts import stand_in
from landscape.models import PriorityRound
from landscape.services.rounds import DEFAULT_CRITERIA

ABSTAIN = "abstain"
SCALE = [("1", _("1 low")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _("5 high")), (ABSTAIN, _("abstain"))]


class ScoreForm(PortalForm):
    """One set of answers per criterion of the round, 1 to 5 or an abstention; reason optional."""

    def __init__(self, *args: Any, round: PriorityRound, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.criteria = list(round.criteria.all())
        for criterion in self.criteria:
            self.fields[f"criterion_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.name,
                help_text=criterion.question,
                choices=SCALE,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a number from 1 to 5, or abstain.")},
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason, in one sentence"),
            max_length=500,
            required=False,
            help_text=_("Shown to the members with your score."),
        )
        stand_in(self, "answer")

    def questions(self) -> list[Any]:
        return [self[f"criterion_{criterion.pk}"] for criterion in self.criteria]

    def values(self) -> dict[int, int | None]:
        answers = {item.pk: self.cleaned_data[f"criterion_{item.pk}"] for item in self.criteria}
        return {pk: None if answer == ABSTAIN else int(answer) for pk, answer in answers.items()}


class OpenRoundForm(TokenForm):
    """A new round: its title, its last day, and how much each criterion weighs."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("For example: Priorities 2021."))
    closes_on = DayField(
        label=_("Last day of scoring"), past=False, help_text=_("Scoring ends at 23:59 of that day, Geneva time.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for position, (name, question, weight) in enumerate(DEFAULT_CRITERIA):
            self.fields[f"weight_{position}"] = forms.IntegerField(
                label=_("Weight of “%(criterion)s”") % {"criterion": name},
                help_text=question,
                min_value=1,
                max_value=100,
                initial=weight,
                widget=forms.NumberInput(attrs={"class": "w-auto"}),
            )

    def criteria(self) -> list[tuple[str, str, int]]:
        weights = [self.cleaned_data[f"weight_{position}"] for position in range(len(DEFAULT_CRITERIA))]
        return [
            (str(name), str(question), w) for (name, question, _w), w in zip(DEFAULT_CRITERIA, weights, strict=True)
        ]
