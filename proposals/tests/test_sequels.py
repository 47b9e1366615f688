"""What came of a proposal: typed links that stand on both records."""

import pytest
from django.urls import reverse

from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.models import Committee
from proposals.models import Sequel
from proposals.services.sequels import link_sequel, unlink_sequel
from proposals.tests.factories import actions, make_approved, make_circulated, make_proposal


def text_of(response):
    return response.content.decode()


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def committee(acronym="ISO/TC 9999"):
    return Committee.objects.create(acronym=acronym, kind="TC", title="Product safety")


def handled(cast):
    return make_approved(cast)[0]


def test_links_stand_on_both_records(cast, client_of):
    proposal, other = handled(cast), make_circulated(cast, title="Safety of toys")
    found = committee()
    client = client_of("iso_secretary")
    client.post(
        url("link", proposal), {"kind": "new_committee", "committee": "iso/tc 9999", "note": "Secretariat SAC."}
    )
    client.post(url("link", proposal), {"kind": "merged", "other": other.reference})
    page = text_of(client_of("iec_member").get(proposal.get_absolute_url()))
    assert reverse("proposals:committee", args=[found.pk]) in page
    assert other.get_absolute_url() in page
    assert proposal.title in text_of(client_of("iec_member").get(reverse("proposals:committee", args=[found.pk])))
    page = text_of(client_of("iec_member").get(other.get_absolute_url()))
    assert "Merged with this proposal:" in page
    assert proposal.get_absolute_url() in page
    assert actions(other)[-1] == "link"
    assert proposal.history.first().text == f"linked what came of it: Merged with {other.reference}"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "allocated"},
        {"kind": "merged"},
        {"kind": "purple"},
        {"kind": "other"},
        {"kind": "new_committee"},
        {"kind": "rejected", "committee": True},
        {"kind": "allocated", "committee": True, "other": True},
        {"kind": "merged", "other": "self"},
    ],
)
def test_a_link_without_its_record_is_refused(cast, values):
    proposal = handled(cast)
    targets = {"committee": committee(), "other": proposal if values.get("other") == "self" else make_circulated(cast)}
    given = {name: targets.get(name) if name in targets else value for name, value in values.items()}
    with pytest.raises(Refused):
        link_sequel(proposal, cast.iso_secretary, **given)
    assert Sequel.objects.count() == 0


def test_bad_input_to_the_link_form_is_said_beside_the_field(cast, client_of):
    proposal = handled(cast)
    data = {"kind": "merged", "other": "1999-99", "committee": "IEC TC nought", "note": "Kept words."}
    page = text_of(client_of("iso_secretary").post(url("link", proposal), data))
    assert "There is no proposal 1999-99." in page
    assert "No committee is called" in page
    assert "Kept words." in page
    for evil in ({"kind": "merged", "other": "\x00"}, {"kind": ["x"] * 3}, {}):
        assert client_of("iso_secretary").post(url("link", proposal), evil).status_code == 200


def test_the_same_link_twice_is_one_and_a_removed_one_stays_on_record(cast, client_of):
    proposal, found = handled(cast), committee()
    sequel = link_sequel(proposal, cast.iso_secretary, kind="allocated", committee=found)
    with pytest.raises(AlreadyDone):
        link_sequel(proposal, cast.iso_secretary, kind="allocated", committee=found)
    with pytest.raises(NotAllowed):
        unlink_sequel(sequel, cast.iec_secretary)
    client_of("iso_secretary").post(url("unlink", proposal, sequel.pk))
    assert "Allocated to a committee" not in text_of(client_of("iso_member").get(proposal.get_absolute_url()))
    assert Sequel.objects.get().removed_at is not None
    assert actions(proposal)[-2:] == ["link", "unlink"]
    link_sequel(proposal, cast.iso_secretary, kind="allocated", committee=found)
    assert Sequel.objects.count() == 2


def test_a_member_is_not_told_of_a_merger_with_a_draft(cast, client_of):
    proposal, draft = handled(cast), make_proposal(cast, title="Hidden plans")
    link_sequel(proposal, cast.iso_secretary, kind="merged", other=draft)
    assert "Hidden plans" in text_of(client_of("iec_secretary").get(proposal.get_absolute_url()))
    assert "Hidden plans" not in text_of(client_of("iec_member").get(proposal.get_absolute_url()))
