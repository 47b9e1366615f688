"""Drafting, editing and approving: one body, three covers, approvals bound to exact editions."""

import uuid

import pytest
from django.urls import reverse

from communications.models import CoverEdition, Letter, LetterApproval
from communications.queries import current_approvals, letters_visible_to, uses, waiting
from communications.queries.letters import approvals_missing_on_letters, earlier_approvals
from communications.services.letters import draft_letter, edit_cover, edit_letter, propose_letter, withdraw_letter
from communications.tests.factories import approve, approve_all, make_audience, make_letter, make_revision
from core.dates import moment, today
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState
from organizations.tests.factories import make_appointment
from post.models import Mailing, Notification


def verdicts(letter):
    return {str(item.organization): item.verdict for item in current_approvals(letter)}


def test_draft_makes_three_covers_in_each_organizations_form(cast):
    cast.IEC.__class__.objects.filter(code="IEC").update(
        office="IEC Central Office", national_bodies="National Committees", committee_officer="secretary"
    )
    letter = make_letter(cast)
    covers = {cover.organization.code: cover for cover in letter.covers.all()}
    assert {code: cover.reference for code, cover in covers.items()} == {
        "ISO": "TMB/…",
        "IEC": f"AC/…/{today().year}",
        "ITU-T": "TSB Circular …",
    }
    assert covers["IEC"].addressees == "IEC National Committees, committee chairs, secretaries"
    assert covers["IEC"].signatory == "IEC secretary of the SPCG"
    assert covers["IEC"].signatory_title == "IEC Central Office"
    assert list(letter.history.values_list("action", flat=True)) == ["draft"]


def test_draft_twice_with_one_token_is_one_letter(cast):
    token = uuid.uuid4()
    assert make_letter(cast, token=token).pk == make_letter(cast, token=token).pk
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_draft_is_for_writing_secretaries(cast, who):
    with pytest.raises(NotAllowed):
        draft_letter(cast.fresh(who), subject="S", body="B", capacities=["chair"], organizations=[cast.ISO])


def test_draft_of_the_past_keeps_its_moment_and_tells_nobody(cast):
    at = moment(today().replace(year=2020, month=11, day=25))
    letter = make_letter(cast, at=at)
    propose_letter(letter, cast.iso_secretary, at=at)
    assert letter.created_at == at
    assert set(letter.history.values_list("at", flat=True)) == {at}
    assert Notification.objects.count() == 0


def test_propose_asks_the_other_secretaries(cast):
    letter = make_letter(cast, "for_approval")
    asked = Notification.objects.filter(kind="letter_approval")
    assert sorted(str(row.user) for row in asked) == ["IEC secretary", "ITU-T secretary"]
    assert asked.get(user=cast.iec_secretary).url == f"{letter.get_absolute_url()}?cover=iec"


def test_propose_refuses_an_unknown_placeholder(cast):
    letter = make_letter(cast, body="Dear {salutation}, {titel} and {{7*7}} stay.")
    with pytest.raises(Refused, match=r"Unknown placeholder \{titel\}"):
        propose_letter(letter, cast.iso_secretary)
    assert Letter.objects.get().state == "draft"


def test_propose_refuses_a_draft_document(cast):
    letter = make_letter(cast, revisions=[make_revision(state="draft")])
    with pytest.raises(Refused, match="is draft and cannot be sent"):
        propose_letter(letter, cast.iso_secretary)


def test_propose_refuses_an_empty_audience(cast):
    letter = make_letter(cast, capacities=["convenor"])
    with pytest.raises(Refused, match="Nobody receives this letter"):
        propose_letter(letter, cast.iso_secretary)


def test_third_approval_approves_the_letter_and_tells_who_may_send(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.ISO, "iso_secretary")
    approve(cast, letter, cast.IEC, "iec_secretary", verdict="comments", note="Good.")
    letter.refresh_from_db()
    assert letter.state == "for_approval"
    approve(cast, letter, cast.ITU_T, "itu_t_secretary")
    assert letter.state == "approved"
    told = Notification.objects.filter(kind="letter_approved")
    assert sorted(str(row.user) for row in told) == ["IEC secretary", "ISO secretary"]


def test_asking_for_changes_is_no_approval(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.ISO, "iso_secretary")
    approve(cast, letter, cast.IEC, "iec_secretary", verdict="changes", note="Shorter.")
    approve(cast, letter, cast.ITU_T, "itu_t_secretary")
    assert letter.state == "for_approval"
    told = Notification.objects.filter(kind="letter_changes")
    assert sorted((str(row.user), "Shorter." in row.text) for row in told) == [
        ("ISO secretary", True),
        ("ITU-T secretary", True),
    ]
    approve(cast, letter, cast.IEC, "iec_secretary")
    assert letter.state == "approved"


@pytest.mark.parametrize("who", ["iso_secretary", "iec_member", "administrator", "observer"])
def test_nobody_approves_for_another_organization(cast, who):
    letter = make_letter(cast, "for_approval")
    with pytest.raises(NotAllowed, match="Only the secretary of IEC"):
        approve(cast, letter, cast.IEC, who)
    assert LetterApproval.objects.count() == 0


def test_same_verdict_twice_is_one(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.IEC, "iec_secretary")
    with pytest.raises(AlreadyDone):
        approve(cast, letter, cast.IEC, "iec_secretary")
    assert letter.history.filter(action="approve").count() == 1


def test_approving_an_edition_that_was_not_read_is_refused(cast):
    letter = make_letter(cast, "for_approval")
    edit_letter(letter, cast.iso_secretary, letter.version, body="Changed.")
    with pytest.raises(Stale):
        approve(cast, letter, cast.IEC, "iec_secretary", edition=1)
    assert verdicts(letter) == {}


def test_change_of_the_content_withdraws_all_approvals_and_keeps_them_on_record(cast):
    letter = make_letter(cast, "approved")
    edit_letter(letter, cast.iso_secretary, letter.version, body="Another text.")
    assert (letter.state, letter.edition, verdicts(letter)) == ("for_approval", 2, {})
    assert len(earlier_approvals(letter)) == 3
    told = Notification.objects.filter(kind="letter_changed")
    assert sorted(str(row.user) for row in told) == ["IEC secretary", "ITU-T secretary"]


def test_change_of_one_cover_withdraws_that_approval_only(cast):
    letter = make_letter(cast, "approved")
    cover = letter.covers.get(organization=cast.IEC)
    edit_cover(cover, cast.iec_secretary, cover.version, reference="AC/34/2020")
    letter.refresh_from_db()
    assert letter.state == "for_approval"
    assert verdicts(letter) == {"ISO": "approved", "ITU-T": "approved"}
    approve(cast, letter, cast.IEC, "iec_secretary")
    assert letter.state == "approved"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "New subject"},
        {"capacities": ["chair"]},
        {"country": "Kenya"},
        {"committee_kinds": ["SC"]},
    ],
)
def test_everything_that_is_sent_counts_as_content(cast, change):
    letter = make_letter(cast, "approved")
    edit_letter(letter, cast.iso_secretary, letter.version, **change)
    assert verdicts(letter) == {}


def test_attachments_and_organizations_count_as_content(cast):
    letter = make_letter(cast, "approved")
    edit_letter(letter, cast.iso_secretary, letter.version, revisions=[make_revision()])
    assert verdicts(letter) == {}
    approve_all(cast, letter)
    edit_letter(letter, cast.iso_secretary, letter.version, organizations=[cast.ISO])
    assert (letter.state, verdicts(letter)) == ("for_approval", {})


def test_planned_day_and_an_unchanged_save_withdraw_nothing(cast):
    letter = make_letter(cast, "approved")
    edit_letter(letter, cast.iso_secretary, letter.version, planned_on=today(), body=letter.body)
    edit_letter(
        letter, cast.iso_secretary, letter.version, body=letter.body, organizations=[cast.ITU_T, cast.ISO, cast.IEC]
    )
    assert (letter.state, letter.edition, len(verdicts(letter))) == ("approved", 1, 3)


def test_edition_keeps_the_exact_whole(cast):
    letter = make_letter(cast, revisions=[make_revision()])
    edition = CoverEdition.objects.get(cover__letter=letter, cover__organization=cast.IEC)
    assert edition.content["body"] == letter.body
    assert edition.content["cover"]["closing"] == "Yours faithfully,"
    assert edition.content["audience"]["organizations"] == ["ISO", "IEC", "ITU-T"]


def test_edit_by_two_people_keeps_both(cast):
    letter = make_letter(cast)
    opened_at = letter.version
    edit_letter(letter, cast.iec_secretary, opened_at, body="Hers.")
    with pytest.raises(Conflict) as conflict:
        edit_letter(letter, cast.iso_secretary, opened_at, body="His.")
    assert conflict.value.current.body == "Hers."
    assert Letter.objects.get().body == "Hers."


def test_change_of_the_audience_by_two_people_is_a_conflict(cast):
    letter = make_letter(cast)
    opened_at = letter.version
    edit_letter(letter, cast.iec_secretary, opened_at, organizations=[cast.IEC])
    with pytest.raises(Conflict):
        edit_letter(letter, cast.iso_secretary, opened_at, organizations=[cast.ISO])
    assert [item.code for item in letter.organizations.all()] == ["IEC"]


def test_cover_is_edited_by_its_own_secretary_only(cast):
    cover = make_letter(cast).covers.get(organization=cast.IEC)
    with pytest.raises(NotAllowed, match="Only the secretary of IEC edits the cover"):
        edit_cover(cover, cast.iso_secretary, cover.version, reference="AC/1/2020")


def test_withdrawn_letter_can_be_neither_edited_nor_approved(cast):
    letter = make_letter(cast, "for_approval")
    withdraw_letter(letter, cast.iso_secretary, reason="No longer needed")
    with pytest.raises(WrongState):
        approve(cast, letter, cast.IEC, "iec_secretary")
    with pytest.raises(WrongState):
        edit_letter(letter, cast.iso_secretary, letter.version, body="X")
    assert letter.history.first().text == "withdrew the letter: No longer needed"


def test_drafts_are_seen_by_secretaries_and_the_administrator(cast):
    letter = make_letter(cast)
    everybody = ["iso_secretary", "itu_t_secretary", "administrator", "iec_member", "observer", "outsider"]
    assert [who for who in everybody if letters_visible_to(cast.fresh(who))] == everybody[:3]
    propose_letter(letter, cast.iso_secretary)
    approve_all(cast, letter)
    assert [who for who in everybody if letters_visible_to(cast.fresh(who))] == everybody[:5]


def test_waiting_names_what_each_may_do(cast):
    letter = make_letter(cast, "for_approval")
    assert [row.action for row in waiting(cast.fresh("iec_secretary"))] == ["Approve for IEC"]
    approve(cast, letter, cast.IEC, "iec_secretary")
    assert waiting(cast.fresh("iec_secretary")) == []
    approve(cast, letter, cast.ISO, "iso_secretary")
    approve(cast, letter, cast.ITU_T, "itu_t_secretary")
    assert [row.action for row in waiting(cast.fresh("iec_secretary"))] == ["Check and send"]
    assert waiting(cast.fresh("iec_member")) == waiting(cast.fresh("administrator")) == []


def test_letter_planned_long_ago_does_not_wait_today(cast):
    make_letter(cast, "for_approval", planned_on=today().replace(year=2020, month=12, day=15))
    assert waiting(cast.fresh("iec_secretary")) == []


def test_document_knows_the_letters_that_carry_it(cast):
    revision = make_revision()
    letter = make_letter(cast, revisions=[revision])
    assert uses(revision) == []
    propose_letter(letter, cast.iso_secretary)
    approve_all(cast, letter)
    assert uses(revision) == [(f"Letter: {letter.subject}", letter.get_absolute_url())]


def test_requests_go_through_the_post_office(cast):
    make_audience(cast)
    make_letter(cast, "for_approval")
    assert Mailing.objects.filter(kind="notice", key__startswith="letter_approval").count() == 2


def test_secretary_of_two_organizations_edits_and_approves_each_cover(cast, client_of):
    make_appointment(cast.iec_secretary, "secretary", cast.ITU_T, may_approve=True, may_write=True, may_send=True)
    letter = make_letter(cast, "for_approval")
    assert [row.organization for row in waiting(cast.fresh("iec_secretary"))] == ["IEC", "ITU-T"]
    cover = letter.covers.get(organization=cast.ITU_T)
    edit_cover(cover, cast.fresh("iec_secretary"), cover.version, reference="TSB Circular 280")
    letter.refresh_from_db()
    client = client_of("iec_secretary")
    for slug, edition in (("iec", 1), ("itu-t", 2)):
        address = reverse("communications:approve_letter", args=[letter.pk, slug])
        assert address in client.get(letter.get_absolute_url()).content.decode()
        client.post(address, {"verdict": "approved", "edition": edition})
    assert verdicts(letter) == {"IEC": "approved", "ITU-T": "approved"}
    assert client.get(reverse("communications:approve_letter", args=[letter.pk, "iso"])).status_code == 404
    assert waiting(cast.fresh("iec_secretary")) == []


def test_a_letter_waits_on_each_organization_since_it_was_asked(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.IEC, "iec_secretary")
    rows = approvals_missing_on_letters(cast.iso_member) + approvals_missing_on_letters(cast.iso_secretary)
    asked = letter.history.get(action="propose").at
    assert [(row[0], row[1].code, row[2]) for row in rows] == [(letter, "ISO", asked), (letter, "ITU-T", asked)]
    edit_letter(letter, cast.iso_secretary, letter.version, body="Other words.")
    rows = approvals_missing_on_letters(cast.administrator)
    assert [row[1].code for row in rows] == ["ISO", "IEC", "ITU-T"]
    assert all(row[2] > asked for row in rows)


def test_a_draft_letter_waits_on_nobody(cast):
    make_letter(cast)
    assert approvals_missing_on_letters(cast.iso_secretary) == []
