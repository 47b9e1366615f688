"""Every page of the portal, asked with any value in its query, and every form on it, sent with any value in its fields:
each is answered, and nothing falls over. Pages, forms and fields are found, not listed. On PostgreSQL, which refuses
what SQLite lets pass: a zero character, a number of forty digits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from spcg_portal.tests.test_url_matrix import PEOPLE, addresses, answered, readers, table

pytestmark = pytest.mark.postgres
READER = "iso.secretary"
NONSENSE = ("\x00", "9" * 40)
# Who reads it would be signed out, or lose what the next page needs.
SKIPPED = {"account_logout", "end_other_sessions"}


class Forms(HTMLParser):
    """The forms of a page that are sent: (address, {field: value as the page gives it}, hidden fields)."""

    def __init__(self, page: str, address: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str], set[str]]] = []
        self.address, self.inside, self.select = address, False, ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.found.append((given.get("action") or self.address, {}, set()))
        elif self.inside and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self._field(tag, given)
        elif self.inside and tag == "option" and "selected" in given and self.select:
            self.found[-1][1][self.select] = given.get("value", "")

    def _field(self, tag, given):
        self.select = given["name"] if tag == "select" else ""
        if given.get("type") == "hidden":
            self.found[-1][2].add(given["name"])
        if given.get("type") in ("checkbox", "radio") and "checked" not in given:
            self.found[-1][1].setdefault(given["name"], "")
        elif given["name"] != "csrfmiddlewaretoken" and given.get("type") != "file":
            self.found[-1][1][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def query_names() -> set[str]:
    """Every name that a view reads out of a query, found in the code, and the fields of the filters."""
    found = {"page", "q", "sort", "state", "organization", "kind", "year", "mechanism", "start", "end", "room"}
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        found |= set(re.findall(r'request\.GET\.get\("(\w+)"', path.read_text(encoding="utf-8")))
    return found


def pages() -> dict[str, str]:
    urls, place = addresses(), PEOPLE.index(READER)
    wanted = [name for (name, method), codes in table().items() if method == "GET" and codes[place] in (200, 302)]
    # A file is made out of what its page has read already.
    return {name: urls[name] for name in wanted if name not in SKIPPED and "export" not in name}


def sent(page: str, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form of the page with nonsense in all its fields, and in all but the hidden ones, which say what it is
    about."""
    for action, fields, hidden in Forms(page, address).found:
        for value in NONSENSE:
            yield action, dict.fromkeys(fields, value)
            yield action, {name: given if name in hidden else value for name, given in fields.items()}


@pytest.fixture
def asked(db):
    """The pages, and who reads them."""
    return pages(), readers()[READER]


def status(client: Client, *request) -> int | str:
    """The answer's status; what fell over, where nothing was answered."""
    try:
        return answered(client, *request).status_code
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return f"{type(error).__name__}: {error}"[:300]


def test_any_value_in_the_query_of_any_page_is_answered(asked):
    """Seen red with the number of a baseline read as it comes."""
    (found, reader), names = asked, sorted(query_names())
    told = {
        (name, value): status(reader, "get", url, dict.fromkeys(names, value))
        for (name, url), value in itertools.product(found.items(), NONSENSE)
    }
    assert len(told) > 150
    assert {key: answer for key, answer in told.items() if answer not in (200, 302, 400, 404)} == {}


def test_any_value_in_the_fields_of_any_form_is_answered(asked):
    """Seen red with the organization of a confirmation taken as it comes."""
    (found, reader), told = asked, {}
    for url in found.values():
        page = answered(reader, "get", url)
        if page.streaming or "html" not in page.get("Content-Type", ""):
            continue
        for action, fields in sent(page.content.decode(), url):
            key = action, *sorted((name, value[:20]) for name, value in fields.items())
            told[key] = told.get(key) or status(reader, "post", action, fields)
    assert len(told) > 200
    assert {key: answer for key, answer in told.items() if answer not in (200, 302, 400, 403, 404, 409, 429)} == {}
