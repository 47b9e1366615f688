"""Starts the reader as a process of its own: whatever a file does to it, the portal only misses some words.

It gets the file and nothing else: no environment (so no secret), no file or connection that it could open, a limit of
memory, of seconds and of what it writes. What it had read before it was stopped counts."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

KINDS = {"docx", "pptx", "xlsx", "odt", "pdf", "txt", "csv"}
SECONDS = 5  # of the processor, the start included
_PATIENCE = 4  # times as long by the clock: a file cannot make it wait, only a busy machine
_READER = Path(__file__).with_name("reader.py")
_CUT = 3
_BLOCK = 1024 * 1024


class Outcome(StrEnum):
    """What came of reading a file."""

    READ = "read"
    PARTLY = "partly"
    NONE = "none"
    UNREADABLE = "unreadable"


class Reading(NamedTuple):
    """The words of a file, and whether they are all of them."""

    outcome: Outcome
    text: str


def read_words(kind: str, stream: BinaryIO, *, seconds: int = SECONDS) -> Reading:
    """The words of a file of this kind (its extension); a file that holds none, or cannot be read, is no error."""
    if kind not in KINDS:
        return Reading(Outcome.NONE, "")
    with TemporaryFile() as given, TemporaryFile() as told:
        while block := stream.read(_BLOCK):
            given.write(block)
        given.seek(0)
        code = _run(kind, given, told, seconds)
        told.seek(0)
        text = told.read().decode("utf-8", "ignore").strip()
    return Reading(_outcome(code, text), text)


def _run(kind: str, given: BinaryIO, told: BinaryIO, seconds: int) -> int:
    command = [sys.executable, "-I", "-B", str(_READER), kind, str(seconds)]
    pipes = {"stdin": given, "stdout": told, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(command, **pipes, env={}, timeout=_PATIENCE * seconds).returncode  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:  # run() has killed it
        return _CUT


def _outcome(code: int, text: str) -> Outcome:
    if code == 0:
        return Outcome.READ if text else Outcome.NONE
    return Outcome.PARTLY if text else Outcome.UNREADABLE
