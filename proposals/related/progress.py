"""How far the vectors are for one state of knowledge, in a small file that a page may read."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Progress:
    """So many of so many vectors, for one version of the texts."""

    folder: Path
    version: str = ""
    done: int = 0
    of: int = 0

    @property
    def complete(self) -> bool:
        return self.of > 0 and self.done >= self.of

    @property
    def _path(self) -> Path:
        return self.folder / "progress.json"

    def read(self) -> Progress:
        """The state last written down; nothing of nothing where there is none."""
        try:
            known = json.loads(self._path.read_text())
            return Progress(self.folder, str(known["version"]), int(known["done"]), int(known["of"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Progress(self.folder)

    def write(self, version: str, done: int, of: int) -> None:
        """Written beside and moved into place, so that nobody reads a half."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps({"version": version, "done": done, "of": of}))
        new.replace(self._path)
