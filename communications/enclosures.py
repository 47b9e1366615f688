"""What a letter carries: each pinned revision as a file, attached while all together stay below 4 MB, else by link."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.cache import cache
from django.core.signing import Signer
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from communications.models import Letter
from communications.queries.letters import revisions_of
from documents.models import Revision
from documents.publishing.content import Content, Note, Paragraph
from documents.publishing.formats import render
from documents.publishing.markdown import blocks_from_markdown
from post.services.notices import site_link

ATTACH_UP_TO = 4 * 1024 * 1024
_signature = partial(Signer(salt="communications.letter-file").signature)


@dataclass(frozen=True)
class Enclosure:
    """One revision as its recipients get it; `attached` says whether the file itself goes with the mail."""

    revision: Revision
    name: str
    content_type: str
    content: bytes = field(repr=False)
    attached: bool
    url: str

    @property
    def words(self) -> str:
        """SPCG-32C (PDF, 412 kB)."""
        kind = self.name.rpartition(".")[2].upper()
        size = filesizeformat(len(self.content)).replace("KB", "kB").replace("\xa0", " ")
        return f"{self.revision.reference} ({kind}, {size})"


def enclosures(letter: Letter) -> list[Enclosure]:
    """The files of the letter in their order; a revision without a file is set from its text as a PDF."""
    found, total = [], 0
    for revision in revisions_of(letter):
        name, content_type, content = file_of(revision)
        attached = total + len(content) <= ATTACH_UP_TO
        total += len(content) if attached else 0
        found.append(Enclosure(revision, name, content_type, content, attached, file_link(letter, revision)))
    return found


def file_of(revision: Revision) -> tuple[str, str, bytes]:
    """Name, type and content of a revision's file: its PDF, else its first file, else its text as a PDF."""
    files = list(revision.attachments.all())
    if not files:
        return f"{revision.reference}.pdf", "application/pdf", _from_text(revision)
    chosen = next((item for item in files if item.extension == "pdf"), files[0])
    with chosen.file.open("rb") as stored:
        return f"{revision.reference}.{chosen.extension}", chosen.content_type, stored.read()


def _from_text(revision: Revision) -> bytes:
    """Set once and remembered: typesetting takes up to a second."""
    marked = revision.illustrative or revision.document.illustrative
    words = "\n".join((revision.reference, revision.title, str(marked), revision.text))
    key = f"letter-file-{hashlib.sha256(words.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: _typeset(revision), 3600)


def _typeset(revision: Revision) -> bytes:
    blocks: tuple[Any, ...] = blocks_from_markdown(revision.text) or (Paragraph(_("The text is not supplied.")),)
    if revision.illustrative or revision.document.illustrative:
        blocks = (Note(_("Illustrative: made up for the demonstration.")), *blocks)
    content = Content(revision.title, body=blocks, reference=revision.reference)
    return render(content, "pdf").data


def file_link(letter: Letter, revision: Revision) -> str:
    """The whole address at which a recipient, who has no account, reads the file. It says nothing about the reader
    and works once the letter is released."""
    signature = _signature(f"{letter.pk}:{revision.reference}")
    return site_link(reverse("communications:letter_file", args=[letter.pk, revision.reference, signature]))


def is_signed(letter: Letter, reference: str, signature: str) -> bool:
    """Whether the link was made by this portal for this letter and document."""
    return constant_time_compare(_signature(f"{letter.pk}:{reference}"), signature)
