"""Whom the room tells what: an approval asked for, one that no longer counts, a letter ready to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from communications.models import Letter, Schedule
from core.dates import format_date, format_moment
from organizations.models import Organization
from organizations.queries import organizations, secretaries
from post.services.notices import notify


def ask_for_approval(letter: Letter, by: Any, *, at: datetime | None = None) -> None:
    """Asks each organization's secretary with the right to approve, with the link to the own cover."""
    for organization in organizations():
        notify(
            secretaries(organization, "may_approve"),
            kind="letter_approval",
            subject=_("Approve the circular letter on “%(subject)s”") % {"subject": letter.subject[:40]},
            lead=_("%(by)s asks you to approve a circular letter for %(o)s.") % {"by": by, "o": organization},
            text=_("The letter goes out with a cover page of each organization when all three have approved it."),
            reason=_("you approve letters for %(organization)s") % {"organization": organization},
            url=f"{letter.get_absolute_url()}?cover={organization.slug}",
            action=_("Read and approve"),
            by=by,
            facts=_facts(letter),
            thread=f"letter-{letter.pk}",
            at=at,
        )


def _facts(letter: Letter) -> tuple[tuple[str, str], ...]:
    facts = [(_("Subject"), letter.subject)]
    if letter.planned_on:
        facts.append((_("Planned for"), format_date(letter.planned_on, weekday=True)))
    return tuple(facts)


def tell_changed(letter: Letter, affected: list[Organization], by: Any, *, at: datetime | None = None) -> None:
    """Tells the secretaries whose verdict no longer counts that there is something new to read."""
    for organization in affected:
        notify(
            secretaries(organization, "may_approve"),
            kind="letter_changed",
            subject=_("Changed: the circular letter on “%(subject)s”") % {"subject": letter.subject[:40]},
            lead=_("%(by)s has changed the letter. The approval of %(o)s no longer counts.")
            % {"by": by, "o": organization},
            text=_("The page shows what has changed since. Read it and approve it again."),
            reason=_("you approve letters for %(organization)s") % {"organization": organization},
            url=f"{letter.get_absolute_url()}?cover={organization.slug}",
            action=_("Read and approve"),
            by=by,
            facts=_facts(letter),
            thread=f"letter-{letter.pk}",
            at=at,
        )


def tell_changes_wanted(
    letter: Letter, organization: Organization, note: str, by: Any, *, at: datetime | None = None
) -> None:
    """Tells those who write letters that an organization asks for changes, in its own words."""
    notify(
        secretaries(right="may_write"),
        kind="letter_changes",
        subject=_("%(o)s asks for changes: “%(subject)s”") % {"o": organization, "subject": letter.subject[:40]},
        lead=_("%(by)s asks for changes for %(o)s before approving.") % {"by": by, "o": organization},
        text=note,
        reason=_("you write letters"),
        url=f"{letter.get_absolute_url()}#approval",
        action=_("Open the letter"),
        by=by,
        facts=_facts(letter),
        thread=f"letter-{letter.pk}",
        at=at,
    )


def tell_approved(letter: Letter, by: Any, *, at: datetime | None = None) -> None:
    """Tells the secretaries who may send that the letter can go."""
    notify(
        [user for item in letter.organizations.all() for user in secretaries(item, "may_send")],
        kind="letter_approved",
        subject=_("Ready to send: “%(subject)s”") % {"subject": letter.subject[:50]},
        lead=_("All three organizations have approved the circular letter."),
        text=_("Check the recipients once more; then it can be sent."),
        reason=_("you may send letters"),
        url=letter.get_absolute_url(),
        action=_("Check and send"),
        by=by,
        facts=_facts(letter),
        thread=f"letter-{letter.pk}",
        at=at,
    )


def tell_refused(letter: Letter, planned: Schedule, reason: str, *, at: datetime | None = None) -> None:
    """Tells the person who scheduled a letter, and all who may send it, that it did not go and why."""
    people = [user for item in letter.organizations.all() for user in secretaries(item, "may_send")]
    notify(
        [*people, planned.by],
        kind="letter_refused",
        subject=_("Not sent: “%(subject)s”") % {"subject": letter.subject[:55]},
        lead=_("The circular letter scheduled for %(when)s did not go.") % {"when": format_moment(planned.due_at)},
        text=reason,
        reason=_("you may send letters"),
        url=letter.get_absolute_url(),
        action=_("Open the letter"),
        facts=_facts(letter),
        thread=f"letter-{letter.pk}",
        at=at,
    )
