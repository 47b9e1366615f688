"""Whether the senders are asked to stop: one byte that a worker's process shares with those it forks.

Imported before the fork, so that the parent, whom the signal reaches, is heard by every child between two messages."""

from __future__ import annotations

import mmap

_flag = mmap.mmap(-1, 1)


def ask_to_stop(*_signal: object, **_more: object) -> None:
    """Every pass ends before its next message and gives its rows back. Fits as a handler of signals."""
    _flag[0] = 1


def go_on(*_signal: object, **_more: object) -> None:
    """A worker begins."""
    _flag[0] = 0


def asked_to_stop() -> bool:
    return _flag[0] == 1
