"""What somebody who is not signed in is told about whose work a text touches: public data about committees only."""

from __future__ import annotations

from dataclasses import dataclass

from organizations.models import Committee, Organization
from proposals.queries.related import suggestions_for


@dataclass(frozen=True)
class PublicCommittee:
    """A committee as everybody may know it: acronym, title, the organizations to which it belongs."""

    acronym: str
    title: str
    organizations: tuple[Organization, ...]


def public_committees(title: str, scope: str, limit: int = 20) -> list[PublicCommittee]:
    """The committees whose work the text is likely to touch, the likeliest first. The landscape, proposals, interests
    and whatever the group answered to suggestions have no part in it."""
    found = suggestions_for(title, scope, limit, public=True)
    rows = Committee.objects.filter(acronym__in=[item.acronym for item in found]).prefetch_related("organizations")
    known = {item.acronym: item for item in rows if item.status != Committee.Status.DISBANDED}
    wanted = [known[item.acronym] for item in found if item.acronym in known]
    return [PublicCommittee(item.acronym, item.title, tuple(item.organizations.all())) for item in wanted]
