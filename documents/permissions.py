"""Who may do what in the register; no writes."""

from __future__ import annotations

from typing import Any

from documents.models import Document, Revision
from organizations.permissions import can_write
from organizations.queries import is_approved_by_all, standing_of


def can_register(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write register documents."""
    return can_write(user)


def can_import(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write bring an existing register in."""
    return can_write(user)


def can_edit(user: Any, revision: Any = None) -> bool:
    """Secretaries edit a draft; what is proposed or approved is revised with the next letter."""
    return can_write(user) and (revision is None or revision.state == Revision.Status.DRAFT)


def can_revise(user: Any, document: Any = None) -> bool:
    """Secretaries add the next lettered revision."""
    return can_write(user)


def can_retitle(user: Any, document: Document) -> bool:
    """Secretaries change title and kind until a revision is approved."""
    return can_write(user) and not document.revisions.filter(state=Revision.Status.APPROVED).exists()


can_attach = can_edit


def can_propose(user: Any, revision: Any = None) -> bool:
    """Secretaries propose a draft for approval, which shows it to all members."""
    return can_write(user)


def can_approve(user: Any, revision: Any = None) -> bool:
    """Secretaries record the group's approval of a document. A recommendation is approved only by the verdicts of
    three organizations on that very revision, given in the room of proposals."""
    if revision is None or not _is_recommendation(revision.document):
        return can_write(user)
    return standing_of(user).is_secretary and is_approved_by_all(list(revision.approvals.all()))


def _is_recommendation(document: Document) -> bool:
    """By its kind, or because a proposal has it as its recommendation, whatever its kind was changed to."""
    return document.kind == Document.Kind.RECOMMENDATION or hasattr(document, "recommendation")


def is_kept_by_a_proposal(document: Document) -> bool:
    """A proposal's recommendation is written, revised, approved and submitted on the proposal's own page, so that its
    history misses nothing; the register shows it."""
    return hasattr(document, "recommendation")


def can_withdraw(user: Any, revision: Any = None) -> bool:
    """Secretaries withdraw a revision; its number is never used again."""
    return can_write(user)


def sees_drafts(user: Any) -> bool:
    """Drafts are for the three secretaries and the administrator."""
    return standing_of(user).sees_drafts
