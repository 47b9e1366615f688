"""Starts the portal's processes as a person would, in an environment that knows nothing of the tests' own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "made-up for tests: " * 3,
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}
INHERITED = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")


def clean_environment(var: Path, **variables: str) -> dict[str, str]:
    """What a fresh shell has, the folder of the data, and the variables given."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {"SPCG_VAR": str(var)} | variables


def python(*arguments: str, env: dict[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs Python in the project's folder until it ends."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=timeout
    )


def start(*arguments: str, env: dict[str, str], log: Path) -> subprocess.Popen:
    """Starts Python as the leader of a group, as a terminal does, so that Ctrl-C reaches all of it."""
    with log.open("a") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def members(group: int) -> list[int]:
    """The processes of a group that still live (a zombie does not)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, process_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # ended while we looked
            continue
        if int(process_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def interrupt(process: subprocess.Popen, seconds: float = 15) -> int:
    """Ctrl-C, and the exit code; whatever outlives the limit is killed and counts as a failure."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def health(port: int, host: str = "127.0.0.1") -> tuple[int, str]:
    """Status and text of the health page; 0 while nobody listens."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether the condition came true in time: a first start builds its database, beside whatever else runs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
