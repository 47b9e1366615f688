"""What shows that a step is reached: words, a document, a letter, a record of a higher room, a link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from communications.models import Step
from core import registry


def proofs_of(steps: Iterable[Step]) -> dict[int, list[tuple[str, str]]]:
    """(label, url) of the records of higher rooms that show that a step is reached, by the step's key."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for key, label, url in registry.every("proofs_of", list(steps)):
        found[key].append((label, url))
    return found


def evidence_of(steps: Iterable[Step]) -> dict[int, list[str]]:
    """All of it in words, by the step's key; for files and the history."""
    steps = list(steps)
    proofs = proofs_of(steps)
    return {step.pk: list(filter(None, [*_own(step), *(label for label, _url in proofs[step.pk])])) for step in steps}


def _own(step: Step) -> list[str]:
    reference = step.evidence_revision.reference if step.evidence_revision else ""
    return [step.evidence, reference, str(step.evidence_letter or ""), step.evidence_link]
