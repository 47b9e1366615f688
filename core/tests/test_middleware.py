"""Forwarded headers count only from the proxies that are named."""

import pytest
from django.test import RequestFactory

from core.middleware import trusted_proxy


def address(remote: str, forwarded: str) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    trusted_proxy(lambda request: None)(request)
    return request.META["REMOTE_ADDR"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("10.0.0.1", "3.3.3.3", "3.3.3.3"),
        ("10.0.0.1", "9.9.9.9, 3.3.3.3", "3.3.3.3"),
        ("10.0.0.1", "9.9.9.9, 3.3.3.3, 10.0.0.2", "3.3.3.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.1"),
        ("6.6.6.6", "3.3.3.3", "6.6.6.6"),
    ],
)
def test_address_is_the_nearest_that_is_no_proxy_of_ours(settings, remote, forwarded, expected):
    settings.TRUSTED_PROXY = ["10.0.0.1", "10.0.0.2"]
    assert address(remote, forwarded) == expected


def test_forwarded_headers_of_a_stranger_are_dropped(settings):
    settings.TRUSTED_PROXY = ["10.0.0.1"]
    request = RequestFactory().get("/", REMOTE_ADDR="6.6.6.6", HTTP_X_FORWARDED_PROTO="https")
    trusted_proxy(lambda request: None)(request)
    assert "HTTP_X_FORWARDED_PROTO" not in request.META
