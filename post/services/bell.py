"""The bell of the post office."""

from __future__ import annotations

from core import bell
from post import tasks


def ring() -> None:
    """Starts the dispatch after the commit; the beat finds what a lost bell forgot within ten seconds."""
    bell.ring(tasks.send_due)
