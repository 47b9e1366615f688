"""The sentence encoder and the vectors that it has made: whether they are there, and how far they are."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from proposals.queries.knowledge import texts_version
from proposals.related.progress import Progress

if TYPE_CHECKING:
    from proposals.related.vectors import Vectors

_kept: dict[tuple[Path, Path, int], Vectors | None] = {}
_lock = Lock()


def vectors_at_hand() -> Vectors | None:
    """The encoder with what it has made so far; none where no model lies in ENCODER_DIR, or one that cannot be read,
    which the log says once. A model that arrives while the process runs is found."""
    model = Path(settings.ENCODER_DIR) / "model.safetensors"
    if not model.is_file():
        return None
    key = model, settings.VECTORS_DIR, model.stat().st_mtime_ns
    with _lock:
        if key not in _kept:
            _kept.clear()
            _kept[key] = _read(model.parent)
        return _kept[key]


def _read(folder: Path) -> Vectors | None:
    # The arithmetic is heavy to import; a process that never suggests does without.
    from proposals.related.encoder import Encoder, Unusable
    from proposals.related.vectors import Vectors

    try:
        return Vectors(settings.VECTORS_DIR, Encoder(folder))
    except Unusable as error:
        logging.getLogger(__name__).warning("Suggestions rest on words alone: %s", error)
        return None


def vectors_version(vectors: Vectors) -> str:
    """Which texts by which model: what the progress is about."""
    return f"{texts_version()} {vectors.encoder.mark}"


def complete_vectors() -> Vectors | None:
    """The vectors, if every title, scope and publication has one; till then words alone answer."""
    vectors = vectors_at_hand()
    progress = Progress(settings.VECTORS_DIR).read()
    if vectors is None or not progress.complete or progress.version != vectors_version(vectors):
        return None
    return vectors


def are_being_worked_out() -> bool:
    """Whether vectors are on their way: suggestions may be worth waiting for."""
    return vectors_at_hand() is not None and complete_vectors() is None


def vectors_under_way() -> Progress | None:
    """How far the vectors are, if they are not all there; read from a small file."""
    progress = Progress(settings.VECTORS_DIR).read()
    there = (Path(settings.ENCODER_DIR) / "model.safetensors").is_file()
    return progress if there and progress.of and not progress.complete else None
