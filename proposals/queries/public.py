"""What somebody who is not signed in is told about whose work a text touches: public data about committees only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from organizations.models import Committee, Organization
from proposals.queries.related import knowledge, knowledge_version

if TYPE_CHECKING:
    from proposals.related.ranking import Index

_kept: dict[str, Index] = {}
_lock = Lock()


@dataclass(frozen=True)
class PublicCommittee:
    """A committee as everybody may know it: acronym, title, the organizations to which it belongs."""

    acronym: str
    title: str
    organizations: tuple[Organization, ...]


def public_committees(title: str, scope: str, limit: int = 20) -> list[PublicCommittee]:
    """The committees whose work the text is likely to touch, the likeliest first. The landscape, proposals, interests
    and whatever the group answered to suggestions have no part in it."""
    from proposals.related.reasons import suggest

    found = suggest(_index(), title, scope, limit)
    rows = Committee.objects.filter(acronym__in=[item.acronym for item in found]).prefetch_related("organizations")
    known = {item.acronym: item for item in rows if item.status != Committee.Status.DISBANDED}
    wanted = [known[item.acronym] for item in found if item.acronym in known]
    return [PublicCommittee(item.acronym, item.title, tuple(item.organizations.all())) for item in wanted]


def _index() -> Index:
    from proposals.related.ranking import Index

    with _lock:
        version = knowledge_version()
        if version not in _kept:
            _kept.clear()
            _kept[version] = Index(replace(knowledge(), subjects=[]))
        return _kept[version]
