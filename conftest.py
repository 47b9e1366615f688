"""The cast of every test: a secretary and two members per organization, an observer, an administrator,
an outsider without appointment, and a disabled account."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client

from core.models import User
from organizations.models import Organization
from organizations.tests.factories import make_appointment, make_organizations, make_user


@dataclass
class Cast:
    organizations: dict[str, Organization] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User | Organization:
        """cast.iso_secretary, cast.itu_t_member, cast.observer, cast.ISO, cast.ITU_T."""
        if name.isupper():
            return self.__dict__["organizations"][name.replace("_", "-")]
        return self.fresh(name)

    def fresh(self, name: str) -> User:
        """Read anew: roles are remembered on the account object for the length of a request."""
        return User.objects.get(pk=self.__dict__["people"][name].pk)


ROLES = ("secretary", "member", "member2")


@pytest.fixture
def cast(db) -> Cast:
    organizations = make_organizations()
    people = {}
    for code, organization in organizations.items():
        stem = code.lower().replace("-", "_")
        for role in ROLES:
            name = f"{stem}_{role}"
            label = f"Second {code} member" if role == "member2" else f"{code} {role}"
            people[name] = make_user(label, email=f"{name.replace('_', '.')}@spcg.example")
            make_appointment(people[name], role.rstrip("2"), organization)
    people["observer"] = make_user("Observer", email="observer@spcg.example")
    make_appointment(people["observer"], "observer")
    people["administrator"] = make_user("Administrator", email="admin@spcg.example", is_staff=True, is_superuser=True)
    make_appointment(people["administrator"], "administrator")
    people["outsider"] = make_user("Outsider", email="outsider@spcg.example")
    people["disabled"] = make_user("Disabled", email="disabled@spcg.example", is_active=False)
    make_appointment(people["disabled"], "member", organizations["ISO"])
    return Cast(organizations, people)


@pytest.fixture(autouse=True)
def encoder_dir(request, settings):
    """No test depends on whether a sentence encoder lies about, but those that say so."""
    if not request.node.get_closest_marker("encoder"):
        settings.ENCODER_DIR = Path("none")
    return settings.ENCODER_DIR


@pytest.fixture(autouse=True)
def all_mail_at_once(monkeypatch):
    """Tests of the rooms ask who is told, not when: nothing waits for the morning. The tests of the digests put a
    fixture of the same name in its place."""
    monkeypatch.setattr("post.services.preferences.default_of", lambda stream: "at_once")


@pytest.fixture
def client_of(cast):
    """client_of("iso_secretary") is a browser in which that person has signed in."""

    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast.fresh(name))
        return client

    return make


def _lift_history_triggers(connection) -> None:
    """Only the harness lifts them, so that TransactionTestCase can flush; never in the portal itself."""
    from core.chain import guarded_models
    from core.triggers import drop_triggers

    with connection.schema_editor() as editor:
        for model in guarded_models():
            drop_triggers(editor, model._meta.db_table)


@pytest.fixture
def without_triggers(transactional_db):
    """For tests with real commits: the flush after them may empty the history; triggers come back after it."""
    from django.db import connection

    from core.chain import guarded_models
    from core.triggers import create_triggers

    _lift_history_triggers(connection)
    yield
    # The flush of transactional_db runs after this; a statement-level TRUNCATE fires no row trigger on
    # PostgreSQL, and on SQLite the tables are emptied here first.
    tables = guarded_models()
    for model in tables:
        model.objects.all().delete()
    with connection.schema_editor() as editor:
        for model in tables:
            create_triggers(editor, model._meta.db_table)


@pytest.fixture(autouse=True)
def _history_can_be_flushed(request):
    """Tests that really commit end with a flush, which the history's triggers would refuse."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("without_triggers")


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run; every reader gets a profile of its own."""
    from spcg_portal.tests.browser import launch

    player, browser = launch()
    yield browser
    browser.close()
    player.stop()


@pytest.fixture
def demo(transactional_db, settings):
    """The demonstration data, in a database that other connections see, and its mailbox."""
    from spcg_portal.tests.demonstration import load_demonstration

    settings.EMAIL_BACKEND = "post.mailbox.MailboxBackend"
    load_demonstration()


@pytest.fixture
def reader(chromium, live_server, settings):
    """reader() is somebody at a screen of 1280 px; reader(width=375, dark=True) holds a telephone at night."""
    from spcg_portal.tests.browser import Reader

    settings.SITE_URL = live_server.url
    contexts = []

    def make(width: int = 1280, height: int = 900, dark: bool = False, **more) -> Reader:
        scheme = "dark" if dark else "light"
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
        contexts.append(context)
        return Reader(context.new_page(), live_server.url)

    yield make
    for context in contexts:
        context.close()
