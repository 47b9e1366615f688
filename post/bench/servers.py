"""Servers of the benchmark's own, each on a free port and in a folder of its own; all of them end with it."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Raises TimeoutError when nobody answers in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody answers on port {port}")


def find(name: str, *places: str) -> str:
    """The path of a program, or nothing."""
    found = os.environ.get(name.upper().replace("-", "_")) or shutil.which(name)
    return found or next((path for place in places for path in sorted(glob.glob(f"{place}/{name}"))[::-1]), "")


class Server:
    """A process group that is ended with the benchmark."""

    port = 0
    process: subprocess.Popen | None = None

    def run(self, *command: str, **more) -> None:
        self.process = subprocess.Popen(command, start_new_session=True, **more)

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop()

    def start(self) -> None:
        raise NotImplementedError


class FastSink(Server):
    """postfix's smtp-sink, which takes everything and keeps nothing; aiosmtpd where it is missing."""

    def __init__(self) -> None:
        self.program = find("smtp-sink", "/usr/sbin", "/usr/lib/postfix")
        self.name = "postfix smtp-sink" if self.program else "aiosmtpd"

    def start(self) -> None:
        self.port = free_port()
        where = f"127.0.0.1:{self.port}"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if self.program:
            drop = ["-u", "nobody"] if os.geteuid() == 0 else []
            self.run(self.program, "-c", *drop, where, "1000", **quiet)
        else:
            self.run(sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", where, **quiet)
        wait_for_port(self.port)


class Redis(Server):
    """A Redis that keeps nothing on disk."""

    program = find("redis-server")

    def start(self) -> None:
        self.port = self.port or free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.run(self.program, *options, stdout=subprocess.DEVNULL)
        wait_for_port(self.port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class Postgres(Server):
    """A cluster of its own with PostgreSQL's default settings, owned by nobody but the benchmark."""

    program = find("postgres", "/usr/lib/postgresql/*/bin")

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="bench-pg-")
        # PostgreSQL refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "cwd": "/"} if os.geteuid() == 0 else {}
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")

    def _call(self, name: str, *options: str) -> None:
        subprocess.run([self._beside(name), *options], check=True, stdout=subprocess.DEVNULL, **self.user)

    def _beside(self, name: str) -> str:
        return str(Path(self.program).resolve().with_name(name))

    def start(self) -> None:
        if not self.port:
            self.port = free_port()
            self._call("initdb", "-D", self.folder, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = ["-D", self.folder, "-p", str(self.port), "-k", self.folder, "-h", "127.0.0.1"]
        with open(os.devnull, "w") as nowhere:
            self.run(self.program, *options, stdout=nowhere, stderr=nowhere, **self.user)
        self._wait()

    def _wait(self) -> None:
        command = [
            self._beside("pg_isready"),
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-d",
            "postgres",
            "-U",
            "bench",
        ]
        until = time.monotonic() + 60
        while subprocess.run(command, check=False).returncode:
            if time.monotonic() > until:
                raise TimeoutError("PostgreSQL does not answer")
            time.sleep(0.05)

    @property
    def url(self) -> str:
        return f"postgres://bench@127.0.0.1:{self.port}/postgres"

    def restart_at_once(self) -> None:
        """As after a crash: nobody is waited for, nothing is written that was not written."""
        self.stop(signal.SIGQUIT)
        self.start()

    def __exit__(self, *error) -> None:
        self.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


def environment(folder: str, sink_port: int, **more: str) -> dict[str, str]:
    """The settings of every portal process of a benchmark; DATABASE_URL and REDIS_URL only where given."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    own = {"DEMO": "1", "BENCH": "1", "SPCG_VAR": folder, "EMAIL_URL": f"smtp://127.0.0.1:{sink_port}"}
    return {**kept, **own, "PYTHONWARNINGS": "ignore", **more}


def manage(env: dict[str, str], *command: str) -> str:
    """manage.py, and what it prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=HOME, env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def cpu_seconds(pid: int) -> float:
    """CPU of a process and everybody below it, the dead that were waited for included."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for one in [pid, *children(pid)]:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(number) for number in fields[11:15]) / ticks
    return total


def peak_memory_mb(pid: int) -> float:
    """The greatest memory of a process and of each below it, added."""
    total = 0
    for one in [pid, *children(pid)]:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return total / 1024


def children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    return found
