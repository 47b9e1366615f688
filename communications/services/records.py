"""What stays of a released letter: each organization's page as it was, with its digest and who had approved it."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Cover, Letter, LetterApproval, LetterRecord
from communications.paper import on_paper
from communications.queries.letters import covers_of, current_approvals, revisions_of
from core.moves import Stale
from documents.publishing.formats import render


@dataclass(frozen=True)
class Page:
    """One organization's letter, printed at one edition of its cover."""

    cover: Cover
    edition: int
    pdf: bytes = field(repr=False)


def print_pages(letter: Letter) -> list[Page]:
    """The letter of each organization in its audience as it would be released now; takes seconds, so it is done before
    the transaction of the release."""
    dated = copy.copy(letter)
    dated.sent_at, dated.state = timezone.now(), Letter.State.SENDING
    references = [revision.reference for revision in revisions_of(letter)]
    chosen = {item.pk for item in letter.organizations.all()}
    covers = [cover for cover in covers_of(letter) if cover.organization_id in chosen]
    return [Page(cover, cover.edition, render(on_paper(dated, cover, references), "pdf").data) for cover in covers]


def keep_pages(letter: Letter, pages: list[Page]) -> None:
    """Freezes the printed pages with the release. Raises Stale when a cover has changed since it was printed."""
    verdicts = {verdict.organization_id: verdict for verdict in current_approvals(letter)}
    current = dict(letter.covers.values_list("pk", "edition"))
    for page in pages:
        if current[page.cover.pk] != page.edition:
            raise Stale(_("A cover has been changed since. Look at it again before you send it."))
        _keep(letter, page, verdicts.get(page.cover.organization_id))


def _keep(letter: Letter, page: Page, verdict: LetterApproval | None) -> None:
    record = LetterRecord(
        letter=letter,
        organization=page.cover.organization,
        edition=page.cover.editions.get(number=page.edition),
        reference=page.cover.reference,
        sha256=hashlib.sha256(page.pdf).hexdigest(),
        approved_label=f"{verdict.by_label}: {verdict.in_words}"[:300] if verdict else "",
        approved_at=verdict.at if verdict else None,
    )
    record.pdf.save("letter.pdf", ContentFile(page.pdf), save=False)
    record.save()


def drop_pages(letter: Letter) -> None:
    """A letter that was taken back was never sent: nothing of it is kept."""
    for record in letter.records.all():
        record.pdf.delete(save=False)
        record.delete()


def is_intact(record: LetterRecord) -> bool:
    """Whether the stored page is still the one that was released."""
    try:
        with record.pdf.open("rb") as stored:
            return hashlib.sha256(stored.read()).hexdigest() == record.sha256
    except OSError:
        return False
