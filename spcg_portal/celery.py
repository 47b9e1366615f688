"""Celery: the bell of the post office. What is due stands in the database, never in the queue."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spcg_portal.settings")
app = Celery("spcg_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
