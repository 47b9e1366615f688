"""Forms of priority rounds and of scores."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm, clean_line
from landscape.forms.parts import stand_in
from landscape.models import PriorityRound
from landscape.services.rounds import MOST_CRITERIA, questions_to_begin_with

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
    """A new round: its title, its last day, and its questions, each with a name and a weight. They begin as those of
    the round before; a question without a name and words is not asked."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("For example: Priorities 2021."))
    closes_on = DayField(
        label=_("Last day of scoring"), past=False, help_text=_("Scoring ends at 23:59 of that day, Geneva time.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [*questions_to_begin_with(), *[("", "", 1)] * MOST_CRITERIA]
        for place, (name, question, weight) in enumerate(known[:MOST_CRITERIA], start=1):
            words = {"n": place}
            self.fields[f"name_{place}"] = forms.CharField(
                label=_("Name of question %(n)d") % words, max_length=80, required=False, initial=name
            )
            self.fields[f"question_{place}"] = forms.CharField(
                label=_("Question %(n)d, as members read it") % words,
                max_length=300,
                required=False,
                initial=question,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"weight_{place}"] = forms.IntegerField(
                label=_("Weight of question %(n)d") % words,
                min_value=1,
                max_value=100,
                initial=weight,
                widget=forms.NumberInput(attrs={"class": "w-auto"}),
            )

    def rows(self) -> list[list[Any]]:
        """The three fields of each question."""
        return [
            [self[f"{part}_{place}"] for part in ("name", "question", "weight")]
            for place in range(1, MOST_CRITERIA + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Each question has both its name and its words, and a name of its own; one at least is asked."""
        cleaned = super().clean()
        names: set[str] = set()
        for place in range(1, MOST_CRITERIA + 1):
            name, question = cleaned.get(f"name_{place}", ""), cleaned.get(f"question_{place}", "")
            if bool(name) != bool(question):
                missing = "question" if name else "name"
                self.add_error(f"{missing}_{place}", _("Give the question both its name and its words, or neither."))
            elif name.lower() in names:
                self.add_error(f"name_{place}", _("Another question has this name already."))
            names |= {name.lower()} - {""}
        if not names:
            self.add_error("name_1", _("Ask one question at least."))
        return cleaned

    def criteria(self) -> list[tuple[str, str, int]]:
        rows = ([self.cleaned_data[bound.name] for bound in row] for row in self.rows())
        return [(name, clean_line(question), weight) for name, question, weight in rows if name]
