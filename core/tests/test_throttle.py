"""The throttle counts a reader's own address, over all workers, and keeps no address in the clear."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from core.middleware import trusted_proxy
from core.throttle import seconds_to_wait


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """clock(n) sets the time of the throttle to n seconds after a window's begin."""
    now = [1_000_000 * 60]
    monkeypatch.setattr("core.throttle.time.time", lambda: now[0])
    return lambda seconds: now.__setitem__(0, 1_000_000 * 60 + seconds)


def ask(address, limit=2, **headers):
    request = RequestFactory().post("/", REMOTE_ADDR=address, **headers)
    found = []
    trusted_proxy(lambda it: found.append(seconds_to_wait(it, "test", limit, 60)))(request)
    return found[0]


def test_the_third_of_two_waits_until_the_window_ends(clock):
    clock(20)
    assert [ask("192.0.2.1") for _turn in range(3)] == [0, 0, 40]
    assert ask("192.0.2.2") == 0
    clock(60)
    assert ask("192.0.2.1") == 0


def test_a_network_of_ipv6_is_one_reader_and_a_mapped_address_is_the_plain_one(clock):
    assert [ask(f"2001:db8::{n}", 2) for n in (1, 2, 3)] == [0, 0, 60]
    assert ask("2001:db8:0:1::1") == 0
    assert [ask(text, 2) for text in ("192.0.2.9", "::ffff:192.0.2.9", "192.0.2.9")] == [0, 0, 60]


def test_forwarded_addresses_count_only_from_a_trusted_proxy(clock, settings):
    for n in range(2):
        assert ask("192.0.2.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") == 0
    assert ask("192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7") == 60
    settings.TRUSTED_PROXY = ["10.0.0.1"]
    for n in range(4):
        assert ask("10.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") == 0
    assert [ask("10.0.0.1", HTTP_X_FORWARDED_FOR="8.8.8.8, 198.51.100.200") for _turn in range(3)] == [0, 0, 60]


def test_an_address_that_is_none_is_counted_too(clock):
    assert [ask("") for _turn in range(3)] == [0, 0, 60]


def test_the_cache_holds_no_address(clock):
    ask("192.0.2.1")
    kept = repr(getattr(cache, "_cache", "")) if hasattr(cache, "_cache") else ""
    assert "192.0.2.1" not in kept
