"""What a hostile file costs over a whole request, and the reading that follows it: in a process of its own that is
warm, so that what is measured is the file's alone."""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from documents.reading import process
from documents.services.reading import read_files
from documents.tests.test_hostile_uploads import CORPUS, WORD

MOST = {"megabytes": 200, "seconds": 5}
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
SCALE = """
import json, os, signal, sys
pid = os.fork()
if pid == 0:
    os.execve({python!r}, [{python!r}, *sys.argv[1:]], {{}})
_pid, status, used = os.wait4(pid, 0)
taken = {{"megabytes": used.ru_maxrss / 1024, "seconds": used.ru_utime + used.ru_stime}}
open({told!r}, "w").write(json.dumps(taken))
code = os.waitstatus_to_exitcode(status)
if code < 0:
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


def in_a_process(act: Callable[[], dict]) -> dict:
    """What the act tells, from a copy of this process with a connection of its own."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            connection.connection = None  # not closed: it is the parent's
            os.write(mouth, json.dumps(act()).encode())
        except BaseException as error:
            os.write(mouth, json.dumps({"error": repr(error)[:2000]}).encode())
        finally:
            os._exit(0)
    os.close(mouth)
    with os.fdopen(ear) as told:
        answer = told.read()
    os.waitpid(child, 0)
    return json.loads(answer or "{}")


def megabytes(name: str) -> float:
    return int(re.search(rf"{name}:\s+(\d+)", STATUS.read_text())[1]) / 1024


def seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def growth_of(act: Callable[[], Any]) -> dict[str, float]:
    """Megabytes from before the act to its peak, and seconds of the processor."""
    CLEAR.write_text("5")  # the peak begins anew
    memory, used = megabytes("VmRSS"), seconds()
    act()
    return {"megabytes": megabytes("VmHWM") - memory, "seconds": seconds() - used}


def cost_of(client: Any, name: str, readers: Path) -> dict[str, Any]:
    """The file as the page of the register sends it to a warm process; then the words are read, as a worker does."""

    def send(name: str, data: bytes) -> int:
        file = SimpleUploadedFile(name, data)
        values = {"token": uuid.uuid4(), "title": "Paper", "kind": "paper", "file": file}
        answer = client.post("/documents/register/", values)
        read_files()
        return answer.status_code

    def act() -> dict[str, Any]:
        assert send("warm.docx", WORD) == 302
        readers.write_text("")
        answers: list[int] = []
        cost = growth_of(lambda: answers.append(send(name, CORPUS[name])))
        return cost | {"status": answers[0], "reader": json.loads(readers.read_text() or "{}")}

    return in_a_process(act)


@pytest.fixture
def readers(monkeypatch, tmp_path):
    """Where each reader leaves what it took: the program that starts it is small, else it would begin as large as the
    tests are."""
    told, scale = tmp_path / "taken", tmp_path / "scale.py"
    scale.write_text(f"#!{sys.executable} -IS\n{SCALE.format(python=sys.executable, told=str(told))}")
    scale.chmod(0o700)
    monkeypatch.setattr(process, "sys", SimpleNamespace(executable=str(scale)))
    return told


@pytest.mark.django_db(transaction=True)
def test_no_hostile_file_costs_more_than_the_promise_over_a_whole_request(cast, client_of, settings, tmp_path, readers):
    """Seen red where the reader has no limit of memory (469 MB)."""
    settings.MEDIA_ROOT = str(tmp_path)
    client = client_of("iso_secretary")
    costs = {name: cost_of(client, name, readers) for name in CORPUS}
    taken = [cost["reader"] for cost in costs.values() if cost["reader"]]
    assert {cost["status"] for cost in costs.values()} == {200, 302}
    assert len(taken) > 10  # the judge lets these through, and the reader was measured
    for unit, most in MOST.items():
        asked, read = {name: cost[unit] for name, cost in costs.items()}, [reader[unit] for reader in taken]
        assert max(asked.values()) < most, asked
        assert max(read) < most, read
