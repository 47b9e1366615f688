"""The page of everything that happened, its files, and the head of the chain that leaves the house."""

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from core.chain import seal
from core.dates import today
from core.models import Witness
from documents.services.register import register_document
from organizations.tests.factories import make_appointment
from post.models import Delivery
from proposals.models import ProposalEntry
from proposals.services.proposals import edit_proposal, log_proposal
from spcg_portal.services import mail_witness
from spcg_portal.tests.demonstration import load_demonstration


@pytest.fixture
def demonstration(db):
    load_demonstration()


def log(cast, title="Title"):
    return log_proposal(
        cast.iso_secretary, organization=cast.ISO, title=title, proposer="SAC", scope="Scope", received_on=today()
    )


def entries_on(client, query=""):
    response = client.get(f"/history/{query}")
    assert response.status_code == 200
    return int(re.search(r"(\d+) entr", response.content.decode())[1]), response.content.decode()


def test_everything_is_listed_once_newest_first(demonstration, client_of_demo):
    count, page = entries_on(client_of_demo("iso.secretary"))
    assert count > 150
    moments = re.findall(r'<time datetime="([^"]+)"', page)
    assert len(moments) == 50
    assert moments == sorted(moments, reverse=True)


@pytest.fixture
def client_of_demo(demonstration):
    from django.test import Client

    from core.models import User

    def make(name):
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@spcg.example"))
        return client

    return make


def test_the_filter_stands_in_the_address(client_of_demo):
    client = client_of_demo("iec.member")
    everything, _page = entries_on(client)
    only, page = entries_on(client, "?room=meetings&start=1+January+2020&end=31+December+2020")
    assert 0 < only < everything
    assert "2020" in page
    assert "Smart cities" not in page
    assert entries_on(client, "?organization=IEC")[0] < everything
    assert entries_on(client, "?q=withdrew+nothingatall")[0] == 0


@pytest.mark.parametrize(
    "query", ["?room=x", "?start=never", "?organization=%00", "?page=-1", "?q=%00%FF", "?q=" + "a" * 5000]
)
def test_nonsense_filters_nothing_and_breaks_nothing(client_of, query):
    client = client_of("observer")
    assert client.get(f"/history/{query}").status_code == 200
    assert client.get(f"/history/export/csv/{query}").status_code == 200


def test_a_draft_leaks_nothing_to_members(cast, client_of):
    log(cast, "Hidden subject")
    for name, seen in (("iso_secretary", True), ("administrator", True), ("iec_member", False), ("observer", False)):
        client = client_of(name)
        page = client.get("/history/").content.decode()
        table = client.get("/history/export/csv/").content.decode()
        assert ("Hidden subject" in page, "Hidden subject" in table) == (seen, seen), name


def test_an_outsider_sees_only_what_happened_to_the_own_account(cast, client_of):
    log(cast)
    assert "0 entries" in client_of("outsider").get("/history/").content.decode()


def test_before_and_after_are_shown_and_exported(cast, client_of):
    proposal = log(cast, "=First title")
    edit_proposal(proposal, cast.iso_secretary, version=proposal.version, title="Second title")
    client = client_of("iso_secretary")
    page = client.get("/history/").content.decode()
    assert "=First title</del>" in page
    assert "Second title</ins>" in page
    rows = list(csv.reader(StringIO(client.get("/history/export/csv/").content.decode("utf-8-sig"))))
    assert "“=First title” became “Second title”" in rows[1][-1]
    sheet = load_workbook(BytesIO(client.get("/history/export/xlsx/").content)).active
    assert sheet.max_row - 1 == ProposalEntry.objects.count()
    assert client.get("/history/export/pdf/").status_code == 404


def test_the_number_of_queries_does_not_grow(cast, client_of):
    client = client_of("iso_secretary")
    log(cast)
    client.get("/history/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/history/")
    for _n in range(29):
        log(cast)
    with CaptureQueriesContext(connection) as many:
        client.get("/history/")
    assert len(many) == len(one)


def at(monkeypatch, hour, day=25):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, day, hour, 30, tzinfo=UTC))


def test_the_head_of_the_chain_leaves_the_house_once_a_day(cast, monkeypatch):
    register_document(cast.iso_secretary, title="T", kind="paper")
    seal()
    at(monkeypatch, 3)
    assert mail_witness() is None, "at half past four in Geneva nobody is woken"
    at(monkeypatch, 6)
    noted = mail_witness()
    assert mail_witness() is None
    rows = Delivery.objects.filter(body__subject__startswith="Keep this line")
    assert sorted(rows.values_list("address", flat=True)) == [
        f"{code}.secretary@spcg.example" for code in ("iec", "iso", "itu.t")
    ]
    assert f"{noted.number}:{noted.digest}" in rows[0].body.text
    at(monkeypatch, 6, day=26)
    assert mail_witness() is None, "nothing new was sealed"
    register_document(cast.iso_secretary, title="U", kind="paper")
    seal()
    assert mail_witness().number > noted.number
    assert Witness.objects.count() == 2


def test_a_person_appointed_later_reads_the_history_from_the_beginning(cast, client_of):
    log(cast)
    make_appointment(cast.outsider, "secretary", cast.ISO)
    assert "1 entry" in client_of("outsider").get("/history/?room=proposals").content.decode()
