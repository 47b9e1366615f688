"""The portal: settings, addresses, Home."""

from spcg_portal.celery import app as celery_app

__all__ = ["celery_app"]
