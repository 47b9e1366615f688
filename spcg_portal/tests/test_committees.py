"""The page of a committee: its areas, proposals, twin texts; found by the search; drafts stay with secretaries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.search import find
from landscape.services.areas import close_area
from landscape.tests.factories import make_area
from organizations.models import CommonText
from organizations.services.committees import import_committees
from organizations.tests.factories import make_committee
from proposals.models import Interest
from proposals.tests.factories import make_circulated, make_proposal
from spcg_portal import committees


def text_of(response) -> str:
    return response.content.decode()


def test_page_joins_areas_proposals_and_twin_texts(cast, client_of):
    group = make_committee("ITU-T SG99", "ITU-T", title="Networks of tomorrow")
    other = make_committee("ISO/IEC JTC 99", "ISO", "IEC")
    area = make_area(cast.iso_secretary, name="Networks", committees=[(group, "leads"), other])
    closed = make_area(cast.iso_secretary, name="Older networks", committees=[group])
    close_area(closed, cast.iso_secretary, "Done")
    proposal = make_circulated(cast)
    Interest.objects.create(proposal=proposal, committee=group, answer="overlap", note="We write X.1.")
    CommonText.objects.create(recommendation="X.999", standard="ISO/IEC 999", study_group=group, committee=other)
    page = text_of(client_of("iec_member").get(group.get_absolute_url()))
    for words in ("Networks of tomorrow", area.name, "Leads", closed.name, str(proposal), "We write X.1.", "X.999"):
        assert words in page
    assert other.get_absolute_url() in page
    assert f"/landscape/map/?committee={group.pk}" in page
    assert page.index(f">{area.name}</a>") < page.index(f">{closed.name}</a>")


def test_a_draft_is_not_told_to_members(cast, client_of):
    committee = make_committee("ISO/TC 999", "ISO")
    draft = make_proposal(cast, title="Not yet circulated")
    Interest.objects.create(proposal=draft, committee=committee)
    url = committee.get_absolute_url()
    assert "Not yet circulated" in text_of(client_of("iso_secretary").get(url))
    assert "Not yet circulated" not in text_of(client_of("iec_member").get(url))
    assert client_of("outsider").get(url).status_code == 404


def test_long_lists_say_how_many_more_and_take_the_same_queries(cast, client_of, monkeypatch):
    committee = make_committee("ISO/TC 999", "ISO")
    make_area(cast.iso_secretary, committees=[committee])
    client = client_of("observer")
    client.get(committee.get_absolute_url())
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(committee.get_absolute_url()).status_code == 200
        counts.append(len(asked))
        for _m in range(12):
            make_area(cast.iso_secretary, committees=[committee])
    assert counts[0] == counts[1]
    monkeypatch.setattr(committees, "MOST", 10)
    assert "15 more in the list of the landscape" in text_of(client.get(committee.get_absolute_url()))


@pytest.mark.parametrize("query", ["iso/tc 777", "lighthouses", "beacons"])
def test_search_finds_a_committee_by_acronym_title_and_scope(cast, query):
    row = {"organization": "ISO", "acronym": "ISO/TC 777", "kind": "TC", "parent": "", "title": "Lighthouses"}
    rows = [{**row, "scope": "Lamps and beacons.", "status": "active", "_row": "2"}]
    import_committees(rows)
    import_committees(rows)
    [hit] = find(query, ["shared"]).filter(kind="committee")
    assert hit.title == "ISO/TC 777 Lighthouses"
