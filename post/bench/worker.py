"""A real worker of the portal for `bench-faults`, with one of its protections taken away where asked.

python -m post.bench.worker celery|embedded [WITHOUT] [FIRST_DELAY]"""

from __future__ import annotations

import os
import signal
import sys
import threading
import uuid
from datetime import timedelta
from typing import Any


def without_journal() -> None:
    """What was sent is known only from the ledger's groups; all the rest of a claim is in doubt."""
    from post import journal

    journal.Journal.note = lambda *arguments: None
    journal.read = lambda token: journal.Account(path=journal._path(token))
    _patch("recovery", journal=journal)


def without_recovery() -> None:
    """Nobody takes back the rows of a worker that fell silent."""
    from post.services import dispatch

    dispatch.reclaim_expired = lambda: 0


def without_marks() -> None:
    """A row that may have been sent is sent again as if nothing had been."""
    from post.services import batches

    original = batches.Batch._write_failure
    batches.Batch._write_failure = lambda batch, row, verdict, in_doubt=False: original(batch, row, verdict)


def without_retry() -> None:
    """A temporary refusal is taken for the last word."""
    from post.services import outcomes

    outcomes.write_retry = lambda row, verdict, in_doubt: outcomes.write_failed(row, verdict)


def without_timeout() -> None:
    """Nobody gives up on a server that does not answer."""
    from django.conf import settings

    settings.EMAIL_TIMEOUT = None


def without_judgement() -> None:
    """An error of one recipient is an error of the batch."""
    from post.services import batches

    def raise_it(error: Exception) -> None:
        raise error

    batches.judge = raise_it


def without_ear() -> None:
    """SIGTERM is heard at the end of the pass, which whoever sent it does not wait for."""
    from post.services import batches, dispatch

    batches.asked_to_stop = dispatch.asked_to_stop = lambda: False


def without_condition() -> None:
    """A claim does not ask whether somebody else has the row."""
    from django.db.models import CharField, Value
    from django.db.models.functions import Cast, Concat

    from post.models import Delivery
    from post.services import claims

    def claim(rows: Any, size: int, now: Any) -> list:
        open_rows = Delivery.objects.filter(state__in=["waiting", "claimed"], mailing__state="sending").order_by("pk")
        keys, token = list(open_rows.values_list("pk", flat=True)[:size]), uuid.uuid4().hex
        more = {"message_id": Concat(Value("<"), Cast("pk", CharField()), Value("@bench.example>")), "dated_at": now}
        Delivery.objects.filter(pk__in=keys).update(state="claimed", claimed_by=token, **more)
        return claims._with_bodies(claims.claimed(token)) if keys else []

    claims._claim = claim


def _patch(name: str, **values: Any) -> None:
    import importlib

    module = importlib.import_module(f"post.services.{name}")
    for key, value in values.items():
        setattr(module, key, value)


def main() -> None:
    kind, without = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
    import django

    django.setup()
    from post.services import claims

    if len(sys.argv) > 3:
        claims.FIRST_DELAY = timedelta(seconds=float(sys.argv[3]))
    if without:
        globals()[f"without_{without}"]()
    from celery import current_app

    if kind == "celery":
        current_app.loader.import_module("spcg_portal.celery")
        app = current_app.loader.import_module("spcg_portal.celery").app
        app.worker_main(
            ["worker", "--concurrency", "2", "--loglevel", "CRITICAL", "--without-gossip", "--without-mingle"]
        )
        return
    embedded = current_app.loader.import_module("spcg_portal.embedded")
    embedded.start()
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_signal: over.set())
    over.wait()
    embedded.stop()


if __name__ == "__main__":
    main()
