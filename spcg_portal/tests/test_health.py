"""The health page: what it says, and to whom."""

import logging
import time

import pytest
from django.core.cache import cache
from django.db import DatabaseError

from spcg_portal import embedded, health
from spcg_portal.tasks import heartbeat


def give_signs():
    """What a consuming worker and a task from beat leave."""
    health.note("worker")
    heartbeat()


@pytest.fixture(autouse=True)
def _no_sign_of_another_test():
    cache.delete_many(["alive:worker", "alive:beat"])


@pytest.fixture
def apart(settings):
    """The worker runs in a process of its own."""
    settings.CELERY_EMBEDDED = False


@pytest.mark.django_db
def test_healthz_answers_a_stranger_ok_once_worker_and_beat_have_given_a_sign(client, apart):
    give_signs()
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_healthz_without_a_worker_is_503_and_tells_a_stranger_no_reason(client, apart, caplog):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"unavailable")
    assert "no sign of life of: worker, beat" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["worker", "beat"])
def test_healthz_does_not_count_an_old_sign(client, apart, caplog, part):
    give_signs()
    cache.set(f"alive:{part}", time.time() - health.FRESH[part] - 1)
    assert client.get("/healthz").status_code == 503
    assert f"no sign of life of: {part}\n" in caplog.text


@pytest.mark.django_db
def test_healthz_without_the_embedded_worker_is_503_however_fresh_the_signs(client, settings):
    settings.CELERY_EMBEDDED = True
    give_signs()
    assert not embedded.alive()
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_healthz_without_a_database_is_503(client, apart, monkeypatch, caplog):
    def refuse():
        raise DatabaseError("gone")

    give_signs()
    monkeypatch.setattr(health.connection, "cursor", refuse)
    with caplog.at_level(logging.WARNING):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"unavailable")
    assert "the database does not answer: gone" in caplog.text


@pytest.mark.django_db
def test_healthz_without_the_cache_is_503(client, apart, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("gone")

    monkeypatch.setattr(health.cache, "get", refuse)
    monkeypatch.setattr(health.cache, "set", refuse)
    give_signs()
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_healthz_is_never_kept_by_a_proxy(client, apart):
    give_signs()
    assert "no-store" in client.get("/healthz")["Cache-Control"]


@pytest.mark.django_db
def test_healthz_accepts_no_post(client, apart):
    assert client.post("/healthz").status_code == 405
