"""The local journal of what a mail server took, one append-only file per connection.

Results reach the ledger in groups. Between two groups this file knows what became of every message, so that a killed
process leaves at most the one message in doubt whose answer it was waiting for.

Nothing is synced to the disk: what was written survives the death of the process without that, and after the death of
the host a journal is not believed to be complete (`mark` names the running system), so that the whole batch counts as
in doubt, except what the file still shows as taken."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

BEGUN, TAKEN, REFUSED = "?", "+", "-"
MARK_LENGTH = 8


def folder() -> Path:
    """Where the journals lie; made when needed. It belongs on a lasting volume that all senders of a host share."""
    path = Path(settings.POST_JOURNAL)
    path.mkdir(parents=True, exist_ok=True)
    return path


def mark() -> str:
    """The first characters of every claim made here: this folder, on this system since it last started."""
    return _mark(str(folder()))


@lru_cache
def _mark(place: str) -> str:
    return hashlib.sha256(f"{_folder_id(Path(place))} {_boot_id()}".encode()).hexdigest()[:MARK_LENGTH]


def _folder_id(place: Path) -> str:
    """A number of the folder's own; the first of several processes that ask at once writes it."""
    path, draft = place / "id", place / uuid.uuid4().hex
    if not path.exists():
        draft.write_text(uuid.uuid4().hex)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        # Unknown: no journal of another process is then believed to be complete.
        return uuid.uuid4().hex


def _path(token: str) -> Path:
    return folder() / f"{token}.log"


class Journal:
    """The journal of one claim, held by a lock for as long as its process lives."""

    def __init__(self, token: str):
        self._path = _path(token)
        draft = self._path.with_suffix(".new")
        self._file = os.open(draft, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Under its name it is never seen without its lock: nobody takes it for abandoned.
        draft.rename(self._path)

    def note(self, sign: str, key: int) -> None:
        """Writes one line: BEGUN before a message is handed over, TAKEN or REFUSED after the answer."""
        os.write(self._file, f"{sign}{key}\n".encode())

    def close(self, settled: bool) -> None:
        """Lets the journal go; its file stays until the ledger holds all that it says."""
        if settled:
            self._path.unlink(missing_ok=True)
        os.close(self._file)


@dataclass(frozen=True)
class Account:
    """What a journal says: rows taken, rows whose answer is unknown, and whether it says all."""

    taken: frozenset[int] = frozenset()
    in_hand: frozenset[int] = frozenset()
    complete: bool = False
    path: Path | None = field(default=None, compare=False)

    def settle(self) -> None:
        """The ledger holds it now."""
        if self.path:
            self.path.unlink(missing_ok=True)


def is_ours(token: str) -> bool:
    """Whether the claim was made over this folder and since the system started."""
    return token.startswith(mark())


def is_abandoned(token: str) -> bool:
    """Whether the claim has a journal here that no living process holds."""
    try:
        file = os.open(_path(token), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True


def read(token: str) -> Account:
    """What is known of a claim. Of this host and this start, no journal means that nothing was handed over."""
    path = _path(token)
    try:
        text = path.read_text("ascii", "replace")
    except OSError:
        return Account(complete=is_ours(token))
    last = {}
    for line in text.split("\n")[:-1]:  # a line without its end was never finished
        if line[:1] in (BEGUN, TAKEN, REFUSED) and line[1:].isdigit():
            last[int(line[1:])] = line[0]
    return Account(
        frozenset(key for key, sign in last.items() if sign == TAKEN),
        frozenset(key for key, sign in last.items() if sign == BEGUN),
        is_ours(token),
        path,
    )
