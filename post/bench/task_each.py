"""One Celery task per mail, as it is often done; for the comparison only."""

from __future__ import annotations

import os

import redis
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
app = Celery("bench", broker=os.environ["REDIS_URL"])
app.conf.task_ignore_result = True
counter = redis.Redis.from_url(os.environ["REDIS_URL"])


@app.task
def send_one(to: str, text: str, html: str, file: str) -> None:
    from django.core.mail import EmailMultiAlternatives

    mail = EmailMultiAlternatives("Benchmark", text, "portal@spcg.example", [to])
    mail.attach_alternative(html, "text/html")
    if file:
        mail.attach("paper.pdf", bytes.fromhex(file), "application/pdf")
    mail.send()
    counter.incr("bench:sent")
