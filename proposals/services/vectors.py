"""Vectors of all titles, scopes and publications, worked out a little at a time; nothing waits for them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from proposals.queries.knowledge import knowledge
from proposals.queries.vectors import vectors_at_hand, vectors_version
from proposals.related.progress import Progress

A_PASS = 10


def encode_due(
    seconds: float = A_PASS, say: Callable[[int, int], None] | None = None, threads: int = 1
) -> Progress | None:
    """Works out vectors that are missing, for so many seconds at most; what is left is found by the next pass. Says
    after each batch how many of all there are, and keeps it for the pages. None without an encoder."""
    vectors = vectors_at_hand()
    if vectors is None:
        return None
    version, progress = vectors_version(vectors), Progress(settings.VECTORS_DIR)
    known = progress.read()
    if known.complete and known.version == version:
        return known
    from proposals.related.closeness import texts_of

    texts = texts_of(knowledge())

    def tell(done: int, of: int) -> None:
        progress.write(version, done, of)
        if say:
            say(done, of)

    vectors.threads = threads
    left = vectors.work_out(texts, seconds, tell)
    progress.write(version, len(texts) - left, len(texts))
    return progress.read()
