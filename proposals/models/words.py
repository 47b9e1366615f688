"""What the search knows of the received files."""

from __future__ import annotations

from django.db import models

from documents.models import Words
from proposals.models.proposals import ProposalFile


class ProposalWords(Words):
    """The words inside a proposal form or an annex; found by those who see its proposal."""

    file = models.OneToOneField(ProposalFile, on_delete=models.PROTECT, related_name="words")
