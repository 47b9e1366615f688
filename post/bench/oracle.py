"""What really happened: the sink's log against the rows of the ledger, read by SQL. No code of the portal is in it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path

ROWS = "SELECT address, state, message_id, possible_duplicate FROM post_delivery WHERE mailing_id = {mailing}"
OPEN = "SELECT count(*) FROM post_delivery WHERE mailing_id = {mailing} AND state IN ('waiting', 'claimed', 'doubtful')"
MAILING = "SELECT mailing_id FROM communications_letter WHERE id = {letter}"


class Ledger:
    """The database of one scenario, whichever it is."""

    def __init__(self, url: str):
        self.url = url

    def ask(self, sql: str) -> list[tuple]:
        if self.url.startswith("postgres"):
            import psycopg2

            connection = psycopg2.connect(self.url)
            connection.autocommit = True
            try:
                cursor = connection.cursor()
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
            finally:
                connection.close()
        connection = sqlite3.connect(self.url, timeout=20, isolation_level=None)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@dataclass
class Findings:
    """Counts of one scenario; `unmarked` are duplicates whose row does not say so."""

    recipients: int = 0
    poisoned: int = 0
    lost: int = 0
    duplicates: int = 0
    unmarked: int = 0
    changed: int = 0
    false_status: int = 0


def sent(log: Path) -> list[dict]:
    """The messages that the server took, in their order."""
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    return [json.loads(line) for line in lines]


def judge(ledger: Ledger, mailing: int, log: Path, poisoned: set[str]) -> Findings:
    """Every recipient who is not poisoned must have been taken; a message that was taken twice must be marked and the
    same; and no row may say what did not happen."""
    found = Findings()
    taken, faces = Counter(), defaultdict(set)
    for message in sent(log):
        taken[message["rcpt"]] += 1
        faces[message["rcpt"]].add((message["message-id"], message["date"]))
    for address, state, message_id, marked in ledger.ask(ROWS.format(mailing=mailing)):
        found.recipients += 1
        found.poisoned += address in poisoned
        number = taken[address]
        found.lost += not number and address not in poisoned
        found.duplicates += max(number - 1, 0)
        found.unmarked += number > 1 and not marked
        found.changed += len(faces[address]) > 1 or (
            bool(number) and {message_id} != {face[0] for face in faces[address]}
        )
        found.false_status += (state == "sent") != bool(number)
    return found


def silences(log: Path) -> list[float]:
    """When the server itself fell silent on a connection."""
    return [moment["at"] for moment in sent(log.with_name(f"{log.name}.silent"))]


def longest_silence(log: Path, since: list[float], recipients: int) -> float:
    """The longest time after the first fault in which the server took nothing although somebody was left; infinite
    where nothing came any more."""
    taken = sent(log)
    if len({message["rcpt"] for message in taken}) < recipients:
        return inf
    first = min(since, default=inf)
    times = [first, *(message["at"] for message in taken if message["at"] > first)]
    return max((after - before for before, after in pairwise(times)), default=0.0)
