from __future__ import annotations

import pytest

from post.services import batches
from post.tests.sink import Sink


def lead_to(settings, sink):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 5


@pytest.fixture(params=["one by one", "pipelining"])
def sink(settings, request):
    """The portal's mail server, a real one, with and without PIPELINING."""
    sink = Sink().start()
    sink.offers = ["250-PIPELINING"] if request.param == "pipelining" else []
    lead_to(settings, sink)
    yield sink
    sink.stop()


@pytest.fixture(autouse=True)
def own_journals(settings, tmp_path):
    """No test sees the journal of another."""
    settings.POST_JOURNAL = tmp_path / "journal"


@pytest.fixture
def look_before_each_message(monkeypatch):
    """The dispatch asks before every message whether the mailing still sends."""
    monkeypatch.setattr(batches, "CHECK_SECONDS", 0)
