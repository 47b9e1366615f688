"""`make bench-faults`: real workers under faults, counted at the mail server by an oracle that shares no code.

    python -m post.bench.faults [--scale 1.0] [--only kills,sigterm] [--seed 1]

Every server is the benchmark's own, on ports and in folders of its own; only processes started here are killed. Each
scenario runs with all protections, then with the one taken away that it is there to show."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from post.bench import oracle
from post.bench.servers import HOME, Postgres, Redis, Server, children, environment, free_port, manage, wait_for_port

# Twice as many connections fall silent as there are processes that send, a quarter of them after the final dot.
HANGING = 8
ENOUGH = 0.02  # seconds between two looks


class Sink(Server):
    """sink.py in a process of its own."""

    def __init__(self, log: Path, **options):
        self.log, self.options = log, options

    def start(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "post.bench.sink", str(self.port), str(self.log), json.dumps(self.options)]
        self.run(*command, cwd=HOME)
        wait_for_port(self.port)


class Worker(Server):
    """One worker of the portal and everything below it."""

    def __init__(self, env: dict[str, str], *words: str):
        self.env, self.words = env, words

    def start(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.run(sys.executable, "-m", "post.bench.worker", *self.words, cwd=HOME, env=self.env, **quiet)

    def kill(self) -> None:
        """kill -9, with all its children."""
        os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


class Beat(Worker):
    def start(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = ["-m", "celery", "-A", "spcg_portal", "beat", "--pidfile=", "--loglevel", "CRITICAL"]
        self.run(sys.executable, *command, cwd=HOME, env=self.env, **quiet)


@dataclass
class Scene:
    """One scenario under way: its letter, its workers, its sink, and when each fault came."""

    stage: Stage
    recipients: int
    sink: Sink
    workers: list[Worker]
    mailing: int
    connections: int = 0
    faults: list[float] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return len(oracle.sent(self.sink.log))

    def fault(self) -> None:
        self.faults.append(time.time())

    def wait_for(self, number: int, seconds: float = 60) -> bool:
        """Until the server took so many messages, or the time is over."""
        until = time.monotonic() + seconds
        while self.taken < number and time.monotonic() < until and self.left():
            time.sleep(ENOUGH)
        return self.taken >= number

    def left(self) -> int:
        try:
            return self.stage.ledger.ask(oracle.OPEN.format(mailing=self.mailing))[0][0]
        except Exception:
            return self.recipients  # the database is being restarted

    def finish(self, patience: float) -> None:
        """Until every row has ended, or nothing has been taken for so long."""
        last, since = self.taken, time.monotonic()
        while self.left() and time.monotonic() - since < patience:
            time.sleep(0.2)
            if self.taken != last:
                last, since = self.taken, time.monotonic()


class Stage:
    """The database, the broker and the folder of all scenarios of one kind."""

    def __init__(self, stack: ExitStack, with_servers: bool):
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-faults-")))
        self.postgres = stack.enter_context(Postgres()) if with_servers else None
        self.redis = stack.enter_context(Redis()) if with_servers else None
        self.more = {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url} if with_servers else {}
        self.ledger = oracle.Ledger(self.postgres.url if with_servers else str(self.folder / "portal.sqlite3"))
        self.number = 0
        manage(self.env(0), "migrate", "--verbosity", "0")
        manage(self.env(0), "set_up")

    def env(self, port: int, **more: str) -> dict[str, str]:
        return environment(str(self.folder), port, **self.more, **more)

    def letter(self, recipients: int, env: dict[str, str]) -> int:
        letter = manage(env, "make_bench_letter", "--recipients", str(recipients))
        return self.ledger.ask(oracle.MAILING.format(letter=letter))[0][0]

    def clear(self, mailing: int) -> None:
        """What a scenario without a protection left behind is not the next one's."""
        where = f"mailing_id = {mailing} AND state IN ('waiting', 'claimed', 'doubtful')"
        self.ledger.ask(f"UPDATE post_delivery SET state = 'aborted' WHERE {where}")
        self.ledger.ask(f"UPDATE post_mailing SET state = 'aborted' WHERE id = {mailing} AND state <> 'finished'")


@dataclass
class Scenario:
    """`act` makes the faults while the letter is being sent; `without` is the protection that it needs."""

    name: str
    act: Callable[[Scene], None]
    without: str
    recipients: int = 2000
    sink: dict = field(default_factory=lambda: {"delay": 0.001})
    poison: str = ""
    with_servers: bool = True
    lease: int = 120
    empty_first: bool = False
    patience_without: float = 25.0

    def play(self, stage: Stage, scale: float, without: str) -> tuple[oracle.Findings, Scene]:
        stage.number += 1
        recipients = max(int(self.recipients * scale), 200)
        patience = self.patience_without if without else 150.0
        lease = str(self.lease if not without else min(self.lease, 10))
        with ExitStack() as stack:
            sink = stack.enter_context(Sink(stage.folder / f"sink-{stage.number}.log", **self.sink))
            env = stage.env(sink.port, POST_LEASE_SECONDS=lease)
            kind = "celery" if self.with_servers else "embedded"
            mailing = stage.letter(recipients, env)
            scene = Scene(stage, recipients, sink, [], mailing)
            try:
                scene.workers = [Worker(env, kind, without.replace("beat", ""), "2") for _number in range(2)]
                if self.poison:
                    _poison(stage.ledger, mailing)
                if self.empty_first:
                    scene.fault()
                    _empty(stage.redis)
                for worker in scene.workers:
                    worker.start()
                if self.with_servers and without != "beat":
                    stack.enter_context(Beat(env))
                self.act(scene)
                scene.finish(patience)
            finally:
                for worker in scene.workers:
                    worker.stop()
        poisoned = _poisoned(stage.ledger, mailing, self.poison)
        findings = oracle.judge(stage.ledger, mailing, sink.log, poisoned)
        stage.clear(mailing)
        return findings, scene


def _empty(broker: Redis) -> None:
    import redis

    redis.Redis(port=broker.port).flushall()


def _poison(ledger: oracle.Ledger, mailing: int) -> None:
    """A handful of addresses that no rule of the portal lets in, as a faulty import could leave them."""
    ledger.ask(
        f"UPDATE post_delivery SET address = replace(address, '@', chr(10) || '@') "  # noqa: S608
        f"WHERE mailing_id = {mailing} AND address LIKE '%98@%'"
    )


def _poisoned(ledger: oracle.Ledger, mailing: int, word: str) -> set[str]:
    rows = ledger.ask(oracle.ROWS.format(mailing=mailing)) if word else []
    return {row[0] for row in rows if word in row[0] or "\n" in row[0]}


def kills(scene: Scene) -> None:
    """50 times: the process that sends, and every fifth time a whole worker with all its processes."""
    step = scene.recipients // 52
    for number in range(1, 51):
        if not scene.wait_for(number * step + random.randrange(step // 2)):
            return
        worker = random.choice(scene.workers)
        senders = children(worker.pid)
        if number % 5 and senders:
            scene.connections += 1
            os.kill(random.choice(senders), signal.SIGKILL)
            scene.fault()
        else:
            scene.connections += 2
            worker.kill()
            scene.fault()
            worker.start()


def terminations(scene: Scene) -> None:
    """10 times SIGTERM, as a new version is installed; a worker that does not end in 3 s is killed."""
    for number in range(1, 11):
        if not scene.wait_for(number * scene.recipients // 12):
            return
        worker = scene.workers[number % 2]
        scene.fault()
        worker.process.terminate()
        try:
            worker.process.wait(3)
        except subprocess.TimeoutExpired:
            worker.kill()
        worker.start()


def broker_emptied(scene: Scene) -> None:
    """10 times everything that Redis holds is gone, the first time before any worker has heard the bell."""
    for number in range(1, 10):
        if not scene.wait_for(number * scene.recipients // 12):
            return
        scene.fault()
        _empty(scene.stage.redis)


def database_restarted(scene: Scene) -> None:
    """5 times PostgreSQL stops at once, as in a crash, and comes back."""
    for number in range(1, 6):
        if not scene.wait_for(number * scene.recipients // 7):
            return
        scene.fault()
        scene.stage.postgres.restart_at_once()


def nothing(scene: Scene) -> None:
    """The mail server itself is the fault: from the beginning, or whenever it falls silent."""
    scene.fault()


def worker_silenced(scene: Scene) -> None:
    """All workers die, and only one of them is started again."""
    scene.wait_for(scene.recipients // 3)
    scene.connections += 4
    for worker in scene.workers:
        worker.kill()
    scene.fault()
    scene.workers[0].start()


def host_lost(scene: Scene) -> None:
    """The host of both workers is gone with its journal; another one takes over and has only the leases to go by."""
    scene.wait_for(scene.recipients // 3)
    scene.connections += 4
    for worker in scene.workers:
        worker.kill()
    scene.fault()
    elsewhere = scene.stage.folder / f"journal-{scene.stage.number}-elsewhere"
    scene.workers[0].env = {**scene.workers[0].env, "POST_JOURNAL": str(elsewhere)}
    scene.workers[0].start()


def two_portals(scene: Scene) -> None:
    """Two processes, each with a worker and a beat of its own, over one file; one of them is killed."""
    scene.wait_for(scene.recipients // 2)
    scene.connections += 2
    scene.workers[0].kill()
    scene.fault()
    scene.workers[0].start()


SCENARIOS = [
    Scenario("kills", kills, "journal", recipients=10_000),
    Scenario("silenced", worker_silenced, "recovery", sink={"delay": 0.005}),
    Scenario("host lost", host_lost, "recovery", sink={"delay": 0.005}),
    Scenario("sigterm", terminations, "ear", sink={"delay": 0.01}),
    Scenario("redis", broker_emptied, "beat", sink={"delay": 0.005}, empty_first=True),
    Scenario("postgres", database_restarted, "journal", sink={"delay": 0.005}),
    Scenario("greylisting", nothing, "retry", sink={"greylist": True}),
    Scenario("dropped", nothing, "marks", sink={"drop": 100}),
    Scenario("hanging", nothing, "timeout", sink={"hang": HANGING, "delay": 0.002}, patience_without=90.0),
    Scenario("poisoned", nothing, "judgement", sink={"poison": "99@"}, poison="99@"),
    Scenario("sqlite", two_portals, "condition", with_servers=False, sink={"delay": 0.002}),
]
HEAD = (
    "| scenario | protection | recipients | faults | lost | duplicates (allowed) | unmarked | changed "
    "| false status | longest silence s |"
)


def line(scenario: Scenario, without: str, found: oracle.Findings, scene: Scene) -> str:
    faults = scene.faults + oracle.silences(scene.sink.log)
    resumed = oracle.longest_silence(scene.sink.log, faults, found.recipients - found.poisoned)
    allowed = scene.connections or ("each dropped" if scenario.name == "dropped" else 0)
    allowed = scenario.sink.get("hang", 0) // 4 or allowed
    allowed = f"{allowed} batches" if scenario.act is host_lost else allowed
    cells = [
        scenario.name,
        f"without {without}" if without else "all",
        f"{found.recipients:,}",
        len(faults),
        found.lost,
        f"{found.duplicates} ({allowed})",
        found.unmarked,
        found.changed,
        found.false_status,
        "never" if resumed == inf else f"{resumed:.1f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # its servers end with it, whoever ends it
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    random.seed(options.seed)
    chosen = [item for item in SCENARIOS if not options.only or item.name in options.only.split(",")]
    print(f"seed {options.seed}\n\n{HEAD}\n{'|---' * 10}|", flush=True)
    with ExitStack() as stack:
        stages: dict[bool, Stage] = {}
        for scenario in chosen:
            if scenario.with_servers and not (Postgres.program and Redis.program):
                print(f"| {scenario.name} | needs PostgreSQL and Redis |", flush=True)
                continue
            if scenario.with_servers not in stages:
                stages[scenario.with_servers] = Stage(stack, scenario.with_servers)
            for without in ("", scenario.without):
                found, scene = scenario.play(stages[scenario.with_servers], options.scale, without)
                print(line(scenario, without, found, scene), flush=True)


if __name__ == "__main__":
    main()
