"""`make bench-dispatch`: how fast, with how much CPU and memory, all in one run.

python -m post.bench.dispatch [--recipients 5000] [--rounds 3] [--attachments 0,30] [--large 100000]"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from post.bench.servers import (
    HOME,
    FastSink,
    Postgres,
    Redis,
    cpu_seconds,
    environment,
    manage,
    peak_memory_mb,
)


@dataclass
class Result:
    """One sender's run."""

    number: int
    seconds: float
    cpu: float
    memory: float

    @property
    def rate(self) -> float:
        return self.number / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / self.number


class Place:
    """Where the senders run: a folder, a database with the organizations in it, a sink."""

    def __init__(self, sink: FastSink, postgres: Postgres | None, redis: Redis | None, folder: str):
        self.sink, self.postgres, self.redis, self.folder = sink, postgres, redis, folder
        more = {"DATABASE_URL": postgres.url} if postgres else {}
        more |= {"REDIS_URL": redis.url} if redis else {}
        self.env = environment(folder, sink.port, BENCH_HOST="127.0.0.1", BENCH_PORT=str(sink.port), **more)
        manage(self.env, "migrate", "--verbosity", "0")
        manage(self.env, "set_up")

    def database_cpu(self) -> float:
        return cpu_seconds(self.postgres.pid) if self.postgres else 0.0

    def other(self, name: str, number: int, attachment_kb: int) -> Result:
        """One of the senders of senders.py."""
        command = [sys.executable, "-m", "post.bench.senders", name, str(number), str(attachment_kb)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        sender = subprocess.Popen(command, cwd=HOME, env=self.env, text=True, start_new_session=True, **pipes)
        try:
            _expect_ready(sender)
            before = cpu_seconds(sender.pid) + self.database_cpu()
            seconds = float(_ask(sender))
            cpu = cpu_seconds(sender.pid) + self.database_cpu() - before
            memory = peak_memory_mb(sender.pid)
            _ask(sender, answer=False)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(sender.pid, signal.SIGKILL)
        return Result(number, seconds, cpu, memory)

    def portal(self, workers: int, number: int, attachment_kb: int) -> tuple[Result, float]:
        """This portal: a released letter, then workers that were started before; and the seconds of the release."""
        senders = [self._portal_sender() for _number in range(workers)]
        for sender in senders:
            _expect_ready(sender)
        made = manage(self.env, "make_bench_letter", "--recipients", str(number), "--attachment-kb", str(attachment_kb))
        release = float(manage(self.env, "shell", "--verbosity", "0", "-c", _RELEASE.format(letter=made)))
        before = sum(cpu_seconds(sender.pid) for sender in senders) + self.database_cpu()
        start = time.monotonic()
        for sender in senders:
            sender.stdin.write("go\n")
            sender.stdin.flush()
        sent = sum(int(sender.stdout.readline()) for sender in senders)
        seconds = time.monotonic() - start
        cpu = sum(cpu_seconds(sender.pid) for sender in senders) + self.database_cpu() - before
        memory = sum(peak_memory_mb(sender.pid) for sender in senders)
        for sender in senders:
            _ask(sender, answer=False)
        self._check(made, number, sent)
        return Result(number, seconds, cpu, memory), release

    def _portal_sender(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "post.bench.portal"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        return subprocess.Popen(command, cwd=HOME, env=self.env, text=True, **pipes)

    def _check(self, letter: str, number: int, sent: int) -> None:
        """The ledger says that all were sent; else the numbers would mean nothing."""
        states = json.loads(manage(self.env, "shell", "--verbosity", "0", "-c", _STATES.format(letter=letter)))
        if states != {"sent": number}:
            raise SystemExit(f"letter {letter}: {states}, {sent} taken, instead of {number} sent")


# From the click to the line in the history, which is the last thing that a release writes.
_RELEASE = """
from communications.models import Letter
letter = Letter.objects.get(pk={letter})
print((letter.history.get(action="send").at - letter.sent_at).total_seconds())"""
_STATES = """
import json, collections
from communications.models import Letter
rows = Letter.objects.get(pk={letter}).mailing.deliveries.values_list("state", flat=True)
print(json.dumps(collections.Counter(rows)))"""


def _expect_ready(sender: subprocess.Popen) -> None:
    while (line := sender.stdout.readline()) != "ready\n":
        if not line:
            raise SystemExit(f"a sender ended before it began: {sender.args}")


def _ask(sender: subprocess.Popen, answer: bool = True) -> str:
    sender.stdin.write("go\n")
    sender.stdin.flush()
    if answer:
        return sender.stdout.readline()
    sender.wait(60)
    return ""


def measure(places: dict[str, Place], number: int, rounds: int, attachment_kb: int) -> None:
    """One table; raw is measured first and last in every round, and every ratio is to raw of the same round."""
    main = next(iter(places.values()))
    found: dict[str, list[tuple[Result, float]]] = {}
    for _round in range(rounds):
        raws = [main.other("raw", number, attachment_kb)]
        results = {}
        for title, place in places.items():
            for workers in (1, 2):
                results[f"this portal, {title}, {workers} worker{'s' * (workers > 1)}"] = place.portal(
                    workers, number, attachment_kb
                )[0]
        raws.append(main.other("raw", number, attachment_kb))
        results["Django send_messages"] = main.other("django", number // 2, attachment_kb)
        results["django-post_office, 2 processes"] = main.other("post_office", number // 2, attachment_kb)
        if main.redis:
            results["one Celery task per mail, 2 processes"] = main.other("task_each", number // 5, attachment_kb)
        base = median(item.rate for item in raws)
        raw = Result(number, number / base, median(item.cpu for item in raws), raws[0].memory)
        for name, result in {"raw smtplib, one connection": raw, **results}.items():
            found.setdefault(name, []).append((result, result.rate / base))
    _print_table(found, number, attachment_kb, main)


def _print_table(found: dict, number: int, attachment_kb: int, place: Place) -> None:
    file = f", a PDF of {attachment_kb} kB" if attachment_kb else ""
    print(
        f"\n{number:,} recipients, 8 kB of text and HTML{file}; sink: {place.sink.name}; {os.cpu_count()} cores, ",
        end="",
    )
    print(f"Python {platform.python_version()}, median of {len(next(iter(found.values())))}\n")
    print("| sender | mails/s | to raw | CPU ms per mail | CPU to raw | peak MB |")
    print("|---|---|---|---|---|---|")
    raw_cpu = median(result.cpu_ms for result, _ratio in found["raw smtplib, one connection"])
    for name, runs in found.items():
        rate, ratio = median(result.rate for result, _ in runs), median(ratio for _, ratio in runs)
        cpu, memory = median(result.cpu_ms for result, _ in runs), max(result.memory for result, _ in runs)
        print(f"| {name} | {rate:,.0f} | {ratio:.2f} | {cpu:.2f} | {cpu / raw_cpu:.1f} | {memory:.0f} |", flush=True)


def measure_large(place: Place, small: int, large: int) -> None:
    """Memory and the release of a large letter."""
    print("\n| recipients | release (s) | mails/s, 2 workers | peak MB of both |")
    print("|---|---|---|---|")
    for number in (small, large):
        result, release = place.portal(2, number, 0)
        print(f"| {number:,} | {release:.1f} | {result.rate:,.0f} | {result.memory:.0f} |", flush=True)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # its servers end with it, whoever ends it
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--attachments", default="0,30")
    parser.add_argument("--large", type=int, default=100_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        sink = stack.enter_context(FastSink())
        redis = stack.enter_context(Redis()) if Redis.program else None
        places = {}
        if Postgres.program:
            postgres = stack.enter_context(Postgres())
            places["PostgreSQL"] = Place(sink, postgres, redis, stack.enter_context(tempfile.TemporaryDirectory()))
        places["SQLite"] = Place(sink, None, None, stack.enter_context(tempfile.TemporaryDirectory()))
        for attachment_kb in map(int, options.attachments.split(",")):
            measure(places, options.recipients, options.rounds, attachment_kb)
        if options.large:
            measure_large(next(iter(places.values())), options.recipients, options.large)


if __name__ == "__main__":
    main()
