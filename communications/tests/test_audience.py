"""The exact count, who is left out and why."""

from django.utils import timezone

from communications.queries import audience_table, count_recipients, exclusions, recipients
from communications.queries.audience import merged, recipients_shown_to, without_committee
from communications.tests.factories import make_letter
from organizations.tests.factories import make_committee, make_contact
from post.models import Address


def names(letter):
    return sorted(f"{row.organization} {row.email}" for row in recipients(letter))


def test_recipients_are_chosen_by_organization_and_capacity(cast):
    make_contact(cast.ISO, email="chair@iso.example")
    make_contact(cast.ISO, email="convenor@iso.example", capacity="convenor")
    make_contact(cast.IEC, email="manager@iec.example", capacity="manager")
    make_contact(cast.ITU_T, email="chair@itu.example")
    letter = make_letter(cast, organizations=[cast.ISO, cast.IEC])
    assert names(letter) == ["IEC manager@iec.example", "ISO chair@iso.example"]
    assert count_recipients(letter) == {"ISO": 1, "IEC": 1}


def test_same_address_in_one_organization_is_one_recipient(cast):
    make_contact(cast.ISO, email="Both@iso.example")
    make_contact(cast.ISO, email="both@iso.example", capacity="manager")
    letter = make_letter(cast)
    assert count_recipients(letter) == {"ISO": 1, "IEC": 0, "ITU-T": 0}
    assert names(letter) == ["ISO Both@iso.example"]
    assert "1 entry has an address that counts already." in merged(letter)


def test_person_in_two_organizations_gets_one_letter_from_each(cast):
    make_contact(cast.ISO, email="two@home.example")
    make_contact(cast.IEC, email="TWO@home.example")
    letter = make_letter(cast)
    assert count_recipients(letter) == {"ISO": 1, "IEC": 1, "ITU-T": 0}
    assert "1 person is in two organizations and receives one letter from each." in merged(letter)


def test_left_out_are_named_with_the_reason(cast):
    make_contact(cast.ISO, email="fine@iso.example")
    make_contact(cast.ISO, email="gone@iso.example", active=False, name="Gone")
    make_contact(cast.IEC, email="back@iec.example", name="Back")
    moment = timezone.now().replace(year=2020, month=12, day=1)
    Address.objects.create(email="BACK@iec.example", bounced_at=moment, trouble="mailbox unknown")
    Address.objects.create(email="fine@iso.example", trouble="was full once")
    letter = make_letter(cast)
    assert [(row.contact.name, row.reason) for row in exclusions(letter)] == [
        ("Gone", "no longer receives letters"),
        ("Back", "address in trouble since 1 December 2020: mailbox unknown"),
    ]
    assert names(letter) == ["ISO fine@iso.example"]
    assert [row.contact.name for row in exclusions(letter, cast.iso_secretary)] == ["Gone"]


def test_address_in_trouble_for_one_capacity_counts_for_none(cast):
    make_contact(cast.ISO, email="x@iso.example")
    make_contact(cast.ISO, email="x@iso.example", capacity="manager", active=False)
    letter = make_letter(cast)
    assert names(letter) == ["ISO x@iso.example"]
    assert [row.contact.capacity for row in exclusions(letter)] == ["manager"]


def test_kind_of_committee_and_country_narrow_the_audience(cast):
    tc, sc = make_committee("ISO/TC 1", "ISO"), make_committee("ISO/TC 1/SC 1", "ISO", kind="SC")
    make_contact(cast.ISO, email="tc@iso.example", committee=tc)
    make_contact(cast.ISO, email="sc@iso.example", committee=sc, country="Kenya")
    make_contact(cast.ISO, email="nb@iso.example", capacity="national_body", country="Kenya")
    assert names(make_letter(cast, committee_kinds=["SC"])) == ["ISO nb@iso.example", "ISO sc@iso.example"]
    assert names(make_letter(cast, country="kenya")) == ["ISO nb@iso.example", "ISO sc@iso.example"]
    assert names(make_letter(cast, country="kenya", committee_kinds=["TC"])) == ["ISO nb@iso.example"]


def test_names_are_for_the_secretaries_of_the_own_organization(cast):
    letter = make_letter(cast)
    seen = {who: {str(row.organization) for row in recipients_shown_to(cast.fresh(who), letter)} for who in WHO}
    assert seen == WHO


WHO = {
    "iso_secretary": {"ISO"},
    "itu_t_secretary": {"ITU-T"},
    "administrator": {"ISO", "IEC", "ITU-T"},
    "iso_member": set(),
    "observer": set(),
}


def test_table_counts_every_capacity_chosen_or_not(cast):
    make_contact(cast.ISO, capacity="convenor")
    make_contact(cast.IEC, capacity="chair")
    rows = {row["value"]: row for row in audience_table(make_letter(cast))}
    assert rows["convenor"]["counts"] == [("ISO", 1), ("IEC", 0), ("ITU-T", 0)]
    assert (rows["convenor"]["chosen"], rows["chair"]["chosen"]) == (False, True)


def test_recipients_without_a_committee_are_counted(cast):
    make_contact(cast.ISO, committee=make_committee("ISO/TC 2", "ISO"))
    make_contact(cast.ISO, capacity="national_body")
    assert without_committee(make_letter(cast)).count() == 1


def test_count_and_rows_take_the_same_queries_for_few_and_many(cast, django_assert_num_queries):
    letter = make_letter(cast)
    for _number in range(30):
        make_contact(cast.ISO)
    with django_assert_num_queries(3):
        count_recipients(letter)
    with django_assert_num_queries(2):
        assert len([(row.organization.code, row.committee) for row in recipients(letter)]) == 33
