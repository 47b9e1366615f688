"""The chain over all histories finds every change of the past, on both databases."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from core import chain
from core.chain import seal, verify
from core.history import record
from core.models import Seal, Witness
from core.triggers import drop_triggers
from documents.models import Document, DocumentEntry


@pytest.fixture
def entries(cast):
    document = Document.objects.create(number=9999, slug="spcg-9999", title="T", kind="paper")
    return [
        record(document, "register", cast.iso_secretary, f"wrote line {n}", before={"b": 1, "a": "é"}, after={"n": n})
        for n in range(5)
    ]


def without_guard(model, sql, *values):
    """What somebody with the keys of the database can do."""
    with connection.cursor() as cursor:
        drop_triggers(SimpleNamespace(connection=connection, execute=cursor.execute), model._meta.db_table)
        cursor.execute(sql.format(table=model._meta.db_table), values)


def told():
    out = StringIO()
    call_command("verify_history", stdout=out)
    return out.getvalue()


def test_every_entry_is_sealed_once(entries):
    assert (seal(), seal()) == (5, 0)
    assert list(Seal.objects.values_list("number", "history", "entry")) == [
        (n, "documents.DocumentEntry", entry.pk) for n, entry in enumerate(entries, start=1)
    ]
    finding = verify()
    assert (finding.links, finding.unsealed, finding.fault) == (5, 0, None)
    assert told().startswith(f"5 entries are what they were. Head: 5:{finding.head}.")


def test_later_entries_continue_the_chain(entries, cast):
    seal()
    record(entries[0].subject, "edit", cast.iec_secretary, "changed the title")
    assert verify().unsealed == 1
    assert seal() == 1
    assert verify().links == 6


@pytest.mark.parametrize("column", ["text", "actor_label", "action", "organization"])
def test_a_changed_entry_is_named(entries, column):
    seal()
    without_guard(DocumentEntry, f"UPDATE {{table}} SET {column} = 'x' WHERE id = %s", entries[2].pk)
    with pytest.raises(CommandError) as error:
        told()
    words = f"First bad row: link 3, documents.DocumentEntry {entries[2].pk}: the entry or its link was changed."
    assert str(error.value) == words


def test_a_deleted_entry_is_named(entries):
    seal()
    without_guard(DocumentEntry, "DELETE FROM {table} WHERE id = %s", entries[1].pk)
    assert str(verify().fault) == f"link 2, documents.DocumentEntry {entries[1].pk}: the entry was deleted"


def test_a_removed_link_is_named(entries):
    seal()
    without_guard(Seal, "DELETE FROM {table} WHERE number = %s", 2)
    assert verify().fault.number == 2


def test_a_chain_written_anew_is_found_by_the_mailed_head(entries):
    seal()
    mailed = "{}:{}".format(*chain.head())
    without_guard(DocumentEntry, "UPDATE {table} SET text = 'x' WHERE id = %s", entries[0].pk)
    without_guard(Seal, "DELETE FROM {table} WHERE number > %s", 0)
    seal()
    assert verify().fault is None, "the database alone cannot tell"
    with pytest.raises(CommandError, match="written anew after that mail"):
        call_command("verify_history", head=mailed, stdout=StringIO())
    call_command("verify_history", head="{}:{}".format(*chain.head()), stdout=StringIO())


def test_a_witnessed_head_counts_and_a_cut_end_is_found(entries):
    from datetime import date

    seal()
    noted = chain.witness(date(2026, 1, 1))
    assert (noted.number, chain.witness(date(2026, 1, 1)), chain.witness(date(2026, 1, 2))) == (5, None, None)
    without_guard(Seal, "DELETE FROM {table} WHERE number = %s", 5)
    assert "links up to 5 are missing" in str(verify().fault)


def test_the_database_refuses_to_change_the_chain(entries):
    from django.db import DatabaseError, transaction

    seal()
    with pytest.raises(DatabaseError), transaction.atomic():
        Seal.objects.filter(number=1).update(digest="0" * 64)
    Witness.objects.create(day="2026-01-01", number=1, digest="0")
    with pytest.raises(DatabaseError), transaction.atomic():
        Witness.objects.all().delete()


def test_of_two_sealers_one_seals(entries, monkeypatch):
    """The second began when the chain had no link yet, as on another machine."""
    seal(2)
    monkeypatch.setattr(chain, "head", lambda: (0, chain.GENESIS))
    assert seal() == 0
    monkeypatch.undo()
    assert (seal(), verify().fault) == (3, None)
    with pytest.raises(IntegrityError):
        Seal.objects.create(number=9, history="documents.DocumentEntry", entry=entries[0].pk, digest="x")
