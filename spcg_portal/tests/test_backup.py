"""A backup comes back as it was, into an empty portal only, and nothing is sent before a person says go."""

import json
import os
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.chain import seal, verify
from core.models import Backup, User
from core.moves import NotAllowed
from core.triggers import drop_triggers
from documents.models import RevisionFile
from organizations.models import Invitation
from organizations.services.invitations import invite
from post.models import Delivery, Mailing, SendingHold
from post.services.dispatch import send_due
from post.services.notices import notify
from spcg_portal import backup
from spcg_portal.backup import Refused, make_backup, restore_backup, tables
from spcg_portal.services import release_all_sending, reset_feeds
from spcg_portal.tests.demonstration import load_demonstration


@pytest.fixture
def house(db, settings, tmp_path):
    """The demonstration with its history sealed and its files in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    load_demonstration()
    while seal():
        pass
    return tmp_path


def empty():
    """A new, migrated portal: every table without a row, no file."""
    from types import SimpleNamespace

    from core.chain import guarded_models

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED" if connection.vendor == "postgresql" else "SELECT 1")
        for model in guarded_models():
            drop_triggers(SimpleNamespace(connection=connection, execute=cursor.execute), model._meta.db_table)
        for model in tables().values():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def told(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_everything_comes_back_as_it_was(house):
    file = RevisionFile.objects.first()
    before = (file.file.read(), verify().head, dict(Delivery.objects.values_list("pk", "state")))
    assert "rows of" in told("backup", house / "spcg.backup")
    assert os.stat(house / "spcg.backup").st_mode & 0o777 == 0o600
    empty()
    assert "Everybody signs in anew" in told("restore", house / "spcg.backup")
    again = RevisionFile.objects.get(pk=file.pk)
    assert (again.file.read(), verify().head, dict(Delivery.objects.values_list("pk", "state"))) == before
    assert verify().fault is None


def test_the_manifest_names_every_row_and_file(house):
    manifest = make_backup(house / "b")
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {
        name: model._base_manager.count() for name, model in tables().items() if name != "core.Backup"
    } | {"core.Backup": 0}
    with zipfile.ZipFile(house / "b") as archive:
        names = set(archive.namelist())
        assert json.loads(archive.read("manifest.json"))["tables"] == manifest["tables"]
    assert {f"files/{name}" for name in manifest["files"]} == {name for name in names if name.startswith("files/")}
    assert len(manifest["files"]) > 0
    assert Backup.objects.get().files == len(manifest["files"])


def test_sending_is_held_until_the_administrator_releases_it(house):
    member = User.objects.get(email="iso.member@spcg.example")
    notify([member], kind="test", subject="After the backup", text="T", reason="you are a member", url="/")
    make_backup(house / "b")
    empty()
    restore_backup(house / "b")
    waiting = Delivery.objects.filter(mailing__title="After the backup")
    assert send_due() == 0
    assert waiting.get().state == "waiting"
    with pytest.raises(NotAllowed):
        release_all_sending(User.objects.get(email="iso.secretary@spcg.example"))
    release_all_sending(User.objects.get(email="admin@spcg.example"))
    send_due()
    assert waiting.get().state == "sent"
    assert SendingHold.objects.get().released_label == "Administrator"
    assert "Nothing was held" in told("release_sending")


def test_the_administrator_finds_the_hold_on_home_and_releases_it(cast, client_of):
    SendingHold.objects.create(reason="A backup was restored.")
    client = client_of("administrator")
    assert "Sending is held" in client.get("/").content.decode()
    assert "Sending is held" not in client_of("iso_secretary").get("/").content.decode()
    page = client.get("/sending/").content.decode()
    assert "Nothing leaves the portal." in page
    assert "sending is released" in client.post("/sending/", follow=True).content.decode().lower()
    assert "Nothing was held." in client.post("/sending/", follow=True).content.decode()
    assert Mailing.objects.count() == 0


def test_sessions_and_links_of_before_are_void(house, client):
    member = User.objects.get(email="iso.member@spcg.example")
    client.force_login(member)
    token = default_token_generator.make_token(User.objects.get(pk=member.pk))
    feed = reverse("calendar", args=[reset_feeds(member).token])
    assert [client.get("/settings/").status_code, Client().get(feed).status_code] == [200, 200]
    make_backup(house / "b")
    with zipfile.ZipFile(house / "b") as archive:
        assert not [name for name in archive.namelist() if "session" in name.lower()]
    empty()
    restore_backup(house / "b")
    assert not default_token_generator.check_token(User.objects.get(pk=member.pk), token)
    assert [client.get("/settings/").status_code, Client().get(feed).status_code] == [302, 404]


def test_invitations_of_before_are_void(house):
    newcomer = User.objects.create_user("newcomer@spcg.example", None, label="Newcomer")
    invite(newcomer, None)
    make_backup(house / "b")
    empty()
    restore_backup(house / "b")
    assert Invitation.objects.get().expires_at <= timezone.now()


def test_only_an_empty_portal_is_filled(house):
    make_backup(house / "b")
    rows = User.objects.count()
    with pytest.raises(CommandError, match="not empty"):
        told("restore", house / "b")
    assert User.objects.count() == rows


def test_a_stored_file_alone_makes_a_portal_not_empty(house):
    make_backup(house / "b")
    empty()
    (Path(settings.MEDIA_ROOT) / "left").write_text("x")
    with pytest.raises(Refused, match="stored files"):
        restore_backup(house / "b")


def changed(path, name, data):
    """The same backup with one member replaced."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(path.with_name("bad"), "w") as target:
        for item in source.namelist():
            target.writestr(item, data if item == name else source.read(item))
    return path.with_name("bad")


def test_a_changed_row_is_found_and_nothing_is_kept(house):
    make_backup(house / "b")
    empty()
    with zipfile.ZipFile(house / "b") as archive:
        rows = archive.read("tables/organizations.Organization.jsonl").replace(b"Geneva", b"Vienna")
    with pytest.raises(Refused, match=r"organizations\.Organization did not come back as it was"):
        restore_backup(changed(house / "b", "tables/organizations.Organization.jsonl", rows))
    assert User.objects.count() == 0
    assert list(backup._files()) == []


def test_a_damaged_file_is_found_and_nothing_is_kept(house):
    manifest = make_backup(house / "b")
    empty()
    name = next(iter(manifest["files"]))
    with pytest.raises(Refused, match="is damaged"):
        restore_backup(changed(house / "b", f"files/{name}", b"x"))
    assert (User.objects.count(), list(backup._files())) == (0, [])


def manifest_with(path, **changes):
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    return changed(path, "manifest.json", json.dumps({**manifest, **changes}))


def test_what_is_no_backup_of_this_release_is_refused(house):
    make_backup(house / "b")
    empty()
    (house / "text").write_text("not a backup")
    with zipfile.ZipFile(house / "other", "w") as archive:
        archive.writestr("x", "y")
    for damaged, words in (
        (lambda: house / "none", "cannot be read"),
        (lambda: house / "text", "cannot be read"),
        (lambda: house / "other", "not a backup"),
        (lambda: manifest_with(house / "b", format=2), "format 2"),
        (lambda: manifest_with(house / "b", migrations=["core.0001_initial"]), "another release"),
        (lambda: manifest_with(house / "b", tables={}), "other tables"),
        (lambda: manifest_with(house / "b", files={"../out": {"sha256": "x", "size": 1}}), "outside the folder"),
    ):
        with pytest.raises(Refused, match=words):
            restore_backup(damaged())
        assert User.objects.count() == 0


def test_an_existing_file_is_never_overwritten(cast, tmp_path):
    (tmp_path / "b").write_text("precious")
    with pytest.raises(CommandError, match="exists already"):
        told("backup", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "precious"


@pytest.mark.django_db(transaction=True)
def test_a_backup_shows_one_moment_although_the_portal_goes_on(cast, tmp_path, monkeypatch, settings):
    """A person is added while the backup is being written: neither table shows it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    from threading import Thread

    write = backup._write_table

    def add():
        User.objects.create_user("late@spcg.example", None, label="Late")
        connection.close()

    def write_and_add(archive, name, model):
        if name == "core.Seal":
            writer = Thread(target=add)
            writer.start()
            writer.join()
        return write(archive, name, model)

    monkeypatch.setattr(backup, "_write_table", write_and_add)
    before = User.objects.count()
    manifest = make_backup(tmp_path / "b")
    assert manifest["tables"]["core.User"]["rows"] == before
    assert User.objects.count() == before + 1
