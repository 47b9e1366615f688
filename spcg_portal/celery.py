"""Celery: the bell of the post office. What is due stands in the database, never in the queue."""

import os

from celery import Celery, bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
app = Celery("spcg_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class RefuseDemonstrationAccounts(bootsteps.Step):
    """A production worker does not start on demonstration accounts (a step's error stops it; a signal's would not)."""

    def __init__(self, worker, **options) -> None:
        from spcg_portal.startup import refuse_demonstration_accounts

        super().__init__(worker, **options)
        refuse_demonstration_accounts()


class Heartbeat(bootsteps.StartStopStep):
    """The health page hears of a worker as long as it consumes, however busy its pool is.
    A worker inside the web process is asked directly."""

    requires = {"celery.worker.consumer.tasks:Tasks"}
    timer = None

    def include_if(self, consumer) -> bool:
        return not consumer.app.conf.broker_url.startswith("memory:")

    def start(self, consumer) -> None:
        from spcg_portal import health

        health.note("worker")
        self.timer = consumer.timer.call_repeatedly(health.SIGN_EVERY, health.note, ("worker",))

    def stop(self, consumer) -> None:
        if self.timer:
            self.timer.cancel()


app.steps["worker"].add(RefuseDemonstrationAccounts)
app.steps["consumer"].add(Heartbeat)
