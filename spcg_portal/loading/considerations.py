"""The considerations that the portal is shipped with: a reconstruction, until the group puts its own text in force."""

from __future__ import annotations

from proposals.services.considerations import ship_considerations
from spcg_portal.loading.source import record


def load_considerations() -> bool:
    """The first list of considerations; where there is any list nothing changes. Returns whether it was loaded."""
    row = record()["considerations"]
    lines = [(line["text"], line["help"]) for line in row["lines"]]
    return ship_considerations(title=row["title"], source=row["source"], lines=lines, is_reconstruction=True)
