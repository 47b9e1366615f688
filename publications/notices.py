"""Whom the room tells what: an approval asked for, what has changed, what is public and what no longer is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.models import Organization
from organizations.queries import secretaries
from post.services.notices import notify
from publications.models import Publication, PublicationEdition
from publications.queries import approve_url, name_of


def ask(
    publication: Publication, edition: PublicationEdition, places: list[Organization], by: Any, *, at: datetime | None
) -> None:
    """Asks each organization's secretary with the right to approve, with the link to the page of the verdict."""
    words = {"by": by, "what": name_of(edition)}
    lead = _("%(by)s asks you to approve the publication of %(what)s.") % words
    _ask_each(publication, edition, places, lead, by, "letter_approval", at)


def tell_changed(
    publication: Publication, edition: PublicationEdition, places: list[Organization], *, at: datetime | None
) -> None:
    """Asks anew after a change: approvals of the earlier edition no longer count."""
    lead = _("What would be published has changed: it is now %(what)s. Earlier approvals no longer count.")
    _ask_each(publication, edition, places, lead % {"what": edition}, None, "letter_changed", at)


def _ask_each(
    publication: Publication,
    edition: PublicationEdition,
    places: list[Organization],
    lead: str,
    by: Any,
    kind: str,
    at: datetime | None,
) -> None:
    for organization in places:
        notify(
            secretaries(organization, "may_approve"),
            kind=kind,
            subject=_("Approve the publication of %(what)s") % {"what": name_of(edition)},
            lead=lead,
            text=_("With the approval of all three organizations everybody can read it, without an account."),
            reason=_("you approve publications for %(organization)s") % {"organization": organization},
            url=approve_url(publication, organization),
            action=_("Read and approve"),
            by=by,
            facts=((_("Title"), publication.title), (_("Edition"), str(edition))),
            thread=f"publication-{publication.pk}",
            at=at,
        )


def tell_changes_wanted(
    publication: Publication,
    edition: PublicationEdition,
    organization: Organization,
    note: str,
    by: Any,
    *,
    at: datetime | None,
) -> None:
    """Tells those who ask for publications that an organization wants changes first, in its own words."""
    words = {"o": organization, "what": name_of(edition), "by": by}
    notify(
        secretaries(right="may_write"),
        kind="letter_changes",
        subject=_("%(o)s asks for changes before %(what)s is published") % words,
        lead=_("%(by)s asks for changes for %(o)s before approving the publication.") % words,
        text=note,
        reason=_("you ask for publications"),
        url=publication.get_absolute_url(),
        action=_("Open the publication"),
        by=by,
        thread=f"publication-{publication.pk}",
        at=at,
    )


def tell_published(publication: Publication, edition: PublicationEdition, by: Any, *, at: datetime | None) -> None:
    """Tells the secretaries that it stands on the public page."""
    notify(
        secretaries(),
        kind="approved",
        subject=_("Published: %(what)s") % {"what": name_of(edition)},
        lead=_("All three organizations have approved the publication; everybody can read it now."),
        text="",
        reason=_("you are a secretary of SPCG"),
        url=f"{reverse('about')}#published",
        action=_("See the public page"),
        by=by,
        thread=f"publication-{publication.pk}",
        at=at,
    )


def tell_withdrawn(publication: Publication, reason: str, by: Any, *, was_public: bool, at: datetime | None) -> None:
    """Tells the secretaries that it is off the public page, or not asked for any more, and why."""
    words = {"title": publication.title, "by": by}
    lead = (
        _("%(by)s has taken “%(title)s” off the public page.")
        if was_public
        else _("%(by)s no longer asks for the publication of “%(title)s”.")
    )
    notify(
        secretaries(),
        kind="approved",
        subject=_("Publication withdrawn: %(title)s") % words,
        lead=lead % words,
        text=reason,
        reason=_("you are a secretary of SPCG"),
        url=publication.get_absolute_url(),
        action=_("Open the publication"),
        by=by,
        thread=f"publication-{publication.pk}",
        at=at,
    )
