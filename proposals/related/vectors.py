"""Vectors of texts, kept in a file: each under the digest of its text, so that none is ever stale."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic

import numpy as np

from proposals.related.encoder import Encoder, Rows

KEY = 16
# So many texts are written down together: what is cut off is lost, and no more.
A_BATCH = 512


def key_of(text: str) -> bytes:
    return sha256(" ".join(text.split()).encode()).digest()[:KEY]


class Vectors:
    """The vectors that one model has made, in whole numbers from -127 to 127; several processes may read and add."""

    def __init__(self, folder: Path, encoder: Encoder):
        self.encoder = encoder
        self.path = folder / f"vectors-{encoder.mark}.bin"
        self.width = KEY + encoder.size
        self.threads = 1
        self.places: dict[bytes, int] = {}
        self.table = np.zeros((0, encoder.size), dtype=np.int8)
        self._read()

    def _read(self) -> None:
        """Takes in what stands in the file, but for a last record that was cut off."""
        size = self.path.stat().st_size // self.width if self.path.exists() else 0
        if size == len(self.table):
            return
        records = np.fromfile(self.path, dtype=np.uint8, count=size * self.width).reshape(size, self.width)
        self.table = records[:, KEY:].view(np.int8)
        self.places = {key.tobytes(): place for place, key in enumerate(records[:, :KEY])}

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts without a vector, each once, in their order."""
        self._read()
        return [text for text in dict.fromkeys(texts) if key_of(text) not in self.places]

    def rows(self, texts: Sequence[str]) -> Rows:
        """A row of length 1 for each text; nothing but zeros for one that has none yet."""
        places = np.array([self.places.get(key_of(text), -1) for text in texts], dtype=int)
        found = np.zeros((len(texts), self.encoder.size), dtype=np.float32)
        found[places >= 0] = self.table[places[places >= 0]]
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1)

    def add(self, texts: Sequence[str]) -> None:
        """Works out the vectors of these texts and writes them down."""
        made = self.encoder.encode(texts, self.threads)
        whole = np.rint(made / np.abs(made).max(axis=1, keepdims=True) * 127).astype(np.int8)
        keys = np.frombuffer(b"".join(map(key_of, texts)), dtype=np.uint8).reshape(len(texts), KEY)
        self._append(np.concatenate([keys, whole.view(np.uint8)], axis=1).tobytes())
        self._read()

    def _append(self, records: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(os.fstat(file.fileno()).st_size // self.width * self.width)
            file.write(records)

    def work_out(self, texts: Iterable[str], seconds: float, say: Callable[[int, int], None]) -> int:
        """Works out what is missing, in the order given, for so many seconds at most; says after each batch how many
        of all there are. Returns how many are left. While another process does so, nothing is done."""
        wanted = list(dict.fromkeys(texts))
        ends = monotonic() + seconds
        with self._alone() as alone:
            left = self.missing(wanted)
            while alone and left and monotonic() < ends:
                self.add(left[:A_BATCH])
                left = left[A_BATCH:]
                say(len(wanted) - len(left), len(wanted))
        return len(left)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
