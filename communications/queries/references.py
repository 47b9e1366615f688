"""Letters and milestones as meetings name them."""

from __future__ import annotations

import re
from typing import Any

from communications.models import Letter, Step
from communications.queries.letters import letters_visible_to
from organizations.permissions import can_read

_WORDS = {Letter: "letter", Step: "milestone"}


def record_named(model: type[Any], reference: str) -> Any:
    """The record that “letter 3” or “milestone 4” names, by the number in its address, whoever may see it."""
    found = re.fullmatch(rf"\s*{_WORDS[model]}\s+(\d{{1,9}})\s*", reference, re.IGNORECASE | re.ASCII)
    return model.objects.filter(pk=int(found[1])).first() if found else None


def resolve(reference: str, user: Any) -> str | None:
    """The address of “letter 3” or “milestone 4” in a text, if the reader may open it."""
    letter = record_named(Letter, reference)
    if letter:
        return letter.get_absolute_url() if letters_visible_to(user).filter(pk=letter.pk).exists() else None
    step = record_named(Step, reference)
    return step.get_absolute_url() if step and can_read(user) else None
