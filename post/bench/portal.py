"""One worker of the portal for `bench-dispatch`: what the Celery task does, pass after pass, until nothing is due.

Prints "ready", waits for a line, sends, and prints how many messages the server took."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
    import django

    django.setup()
    from django.db import connections

    from post.services.dispatch import send_due

    send_due(limit_seconds=3600)  # what is left from before, so that a worker that runs for days is measured
    print("ready", flush=True)
    sys.stdin.readline()
    sent = send_due(limit_seconds=3600)
    connections.close_all()
    print(sent, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
