"""The portal: settings, addresses, Home."""

import proposals.related  # noqa: F401  before anything loads numpy, which reads its number of threads once
from spcg_portal.celery import app as celery_app

__all__ = ["celery_app"]
