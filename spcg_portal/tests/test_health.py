"""The health page: what it says, and to whom."""

import logging
import time

import pytest
from django.core.cache import cache
from django.db import DatabaseError

from spcg_portal import embedded, health
from spcg_portal.tasks import heartbeat


@pytest.fixture(autouse=True)
def _no_stroke_of_another_test():
    cache.delete(health.HEARTBEAT_KEY)


@pytest.fixture
def apart(settings):
    """The worker runs in a process of its own."""
    settings.CELERY_EMBEDDED = False


@pytest.mark.django_db
def test_healthz_answers_a_stranger_ok_once_a_worker_has_given_a_sign(client, apart):
    heartbeat()
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_healthz_without_a_worker_is_503_and_tells_a_stranger_no_reason(client, apart, caplog):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"unavailable")
    assert "no heartbeat of a worker for 40 s" in caplog.text


@pytest.mark.django_db
def test_healthz_does_not_count_an_old_stroke(client, apart):
    cache.set(health.HEARTBEAT_KEY, time.time() - health.HEARTBEAT_FRESH - 1)
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_healthz_without_the_embedded_worker_is_503_however_fresh_the_stroke(client, settings):
    settings.CELERY_EMBEDDED = True
    heartbeat()
    assert not embedded.alive()
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_healthz_without_a_database_is_503(client, apart, monkeypatch, caplog):
    def refuse():
        raise DatabaseError("gone")

    heartbeat()
    monkeypatch.setattr(health.connection, "cursor", refuse)
    with caplog.at_level(logging.WARNING):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"unavailable")
    assert "the database does not answer: gone" in caplog.text


@pytest.mark.django_db
def test_healthz_without_the_cache_is_503(client, apart, monkeypatch):
    def refuse(key):
        raise ConnectionError("gone")

    monkeypatch.setattr(health.cache, "get", refuse)
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_healthz_is_never_kept_by_a_proxy(client, apart):
    heartbeat()
    assert "no-store" in client.get("/healthz")["Cache-Control"]


@pytest.mark.django_db
def test_healthz_accepts_no_post(client, apart):
    assert client.post("/healthz").status_code == 405
