"""The checklist: one proposal's answers, the list itself, and the self-check that anybody may make."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionForm, clean_line, clean_lines
from documents.models import Revision
from documents.queries import revision_of
from proposals.forms.fields import LONGEST_TEXT
from proposals.models import Consideration, ConsiderationAnswer, ProposalFile
from proposals.queries.checklist import Line, Sheet

LONGEST_ANSWER = 4_000
LONGEST_SCOPE = 10_000
VERDICTS = [("", _("Not answered yet")), *ConsiderationAnswer.Verdict.choices]
_is_address = URLValidator(schemes=["http", "https"])
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s+|^[-•–]\s+")


@dataclass(frozen=True)
class Group:
    """One consideration with its bound fields, for the page."""

    consideration: Consideration
    fields: list[Any]


class LinesForm(PortalForm):
    """A form with fields for every line of a list, named after the line's key, which is the same from list to list."""

    PARTS: tuple[str, ...] = ("verdict", "text", "evidence")

    def add_lines(self, lines: Iterable[Consideration]) -> None:
        """Adds the fields of every line; to be called once, when the form is made."""
        self.considerations = list(lines)
        for line in self.considerations:
            for part in self.PARTS:
                self.fields[name_of(line.key, part)] = self.field_for(part)

    def field_for(self, part: str) -> forms.Field:
        if part == "verdict":
            return forms.ChoiceField(label=_("Answer"), choices=VERDICTS, widget=forms.RadioSelect, required=False)
        if part == "text":
            return forms.CharField(
                label=_("Explanation (optional)"),
                max_length=LONGEST_ANSWER,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        return forms.CharField(
            label=_("Evidence (optional)"),
            max_length=500,
            required=False,
            help_text=_("An address, or a reference such as SPCG-32C."),
        )

    def groups(self) -> Iterator[Group]:
        """The page's fieldsets, in the order of the list."""
        for line in self.considerations:
            yield Group(line, [self[name_of(line.key, part)] for part in self.PARTS])

    def answer_to(self, line: Consideration, part: str) -> Any:
        return self.cleaned_data.get(name_of(line.key, part)) or ""


def name_of(key: uuid.UUID, part: str) -> str:
    return f"{part}-{key.hex}"


class ChecklistForm(LinesForm, VersionForm):
    """One proposal's checklist. It carries the list on which it was opened, and its version."""

    PARTS = ("verdict", "text", "evidence", "file")

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, sheet: Sheet, files: Iterable[ProposalFile], user: Any, **kwargs: Any):
        self.attached, self.user = list(files), user
        initial = {"version": sheet.version, "number": sheet.considerations.number}
        for line in sheet.lines:
            initial |= {name_of(line.consideration.key, part): value for part, value in _initial(line).items()}
        super().__init__(*args, initial=initial, **kwargs)
        if not self.attached:
            self.PARTS = LinesForm.PARTS
        self.add_lines(line.consideration for line in sheet.lines)

    def field_for(self, part: str) -> forms.Field:
        if part == "evidence":
            return EvidenceField(self.user)
        if part == "file":
            choices = [("", _("None")), *((str(file.pk), file.name) for file in self.attached)]
            return forms.ChoiceField(label=_("File of the proposal (optional)"), choices=choices, required=False)
        return super().field_for(part)

    def answers(self) -> dict[uuid.UUID, dict[str, Any]]:
        """What was typed, by the key of the consideration, as the service takes it."""
        return {line.key: self._values(line) for line in self.considerations}

    def _values(self, line: Consideration) -> dict[str, Any]:
        evidence = self.answer_to(line, "evidence")
        chosen = self.answer_to(line, "file")
        return {
            "verdict": self.answer_to(line, "verdict"),
            "text": self.answer_to(line, "text"),
            "link": evidence if isinstance(evidence, str) else "",
            "revision": evidence if isinstance(evidence, Revision) else None,
            "file": next((file for file in self.attached if str(file.pk) == chosen), None),
        }

    def rebase(self, version: int, number: int) -> None:
        """After a conflict the writer's answers stay, to be saved knowingly over the newer ones."""
        super().rebase(version)
        self.data["number"] = number


def _initial(line: Line) -> dict[str, Any]:
    answer = line.answer
    if answer is None:
        return {}
    evidence = answer.revision.reference if answer.revision else answer.link
    return {"verdict": answer.verdict, "text": answer.text, "evidence": evidence, "file": str(answer.file_id or "")}


class EvidenceField(forms.CharField):
    """An address or a reference of the register; the clean value is the address or the revision."""

    default_error_messages = {
        "unknown": _("Enter an address that begins with https:// or a reference of the register, such as SPCG-32C.")
    }

    def __init__(self, user: Any):
        self.user = user
        super().__init__(
            label=_("Evidence (optional)"),
            max_length=500,
            required=False,
            help_text=_("An address that begins with https://, or a reference such as SPCG-32C."),
        )

    def clean(self, value: Any) -> Any:
        text = clean_line(super().clean(value))
        if not text:
            return ""
        if text.lower().startswith(("http://", "https://")):
            _is_address(text)
            return text
        revision = revision_of(text, self.user)
        if revision is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return revision


class ConsiderationsForm(VersionForm):
    """A whole list as one text: a paragraph is a consideration, its further lines are the help."""

    title = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(
        label=_("Where it comes from (optional)"),
        max_length=500,
        required=False,
        help_text=_("For example: Annex of SPCG-32C, approved in November 2020."),
    )
    is_reconstruction = forms.BooleanField(
        label=_("This is a reconstruction, not an adopted text"),
        required=False,
        help_text=_("Then every page and every export says so."),
    )
    text = forms.CharField(
        label=_("Considerations"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "One paragraph for each, with an empty line between. The first line is the consideration, the lines below "
            "it are its help. Numbers are given by the portal."
        ),
    )

    def clean_text(self) -> list[tuple[str, str]]:
        rows = lines_of(clean_lines(self.cleaned_data["text"]))
        long = next((n for n, (text, _help) in enumerate(rows, start=1) if len(text) > 500), None)
        if long:
            raise ValidationError(_("Consideration %(n)d has more than 500 characters."), params={"n": long})
        return rows


def lines_of(text: str) -> list[tuple[str, str]]:
    """(consideration, help) of every paragraph; numbers and bullets before it are dropped."""
    rows = []
    for paragraph in re.split(r"\n\s*\n", text):
        first, *more = [line.strip() for line in paragraph.strip().split("\n")]
        first = clean_line(_NUMBERED.sub("", first))
        if first:
            rows.append((first, "\n".join(more)))
    return rows


class SelfCheckForm(LinesForm):
    """What a proposer plans, and the answers to the same considerations. Nothing of it is kept."""

    title = forms.CharField(
        label=_("Planned title"), max_length=300, help_text=_("The title of the new work, as you would propose it.")
    )
    scope = forms.CharField(
        label=_("Planned scope (optional)"),
        max_length=LONGEST_SCOPE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("“Standardization in the field of …”, with what is excluded."),
    )

    def __init__(self, *args: Any, lines: Iterable[Consideration], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.add_lines(lines)

    def plan(self) -> list[Any]:
        return [self["title"], self["scope"]]
