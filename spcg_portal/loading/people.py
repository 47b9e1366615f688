"""Organizations, boards, committees, demonstration accounts and illustrative contacts."""

from __future__ import annotations

from datetime import date

from core.models import User
from organizations.models import BoardMeeting, Committee, Contact, Organization
from organizations.services.committees import import_committees, read_committees
from organizations.services.contacts import add_contacts
from organizations.services.people import appoint
from spcg_portal.loading.source import COMMITTEES, DOMAIN, PASSWORD, organization, record, secretary

BOARDS = {"ISO/TMB": "ISO", "IEC/SMB": "IEC", "ITU-T TSAG": "ITU-T"}
APPOINTED_ON = date(2018, 1, 1)


def load_organizations(domain: str = "") -> int:
    """The three organizations, which are facts; those on record are left alone. Returns how many are new. With a
    domain they get illustrative sender addresses; without one the administrator enters them."""
    fields = "name board board_name office address national_bodies committee_officer circular_reference".split()
    added = 0
    for position, row in enumerate(record()["organizations"]):
        values = {
            "slug": row["code"].lower(),
            "position": position,
            "mail_from": f"{row['code'].lower()}@{domain}" if domain else "",
            **{name: row[name] for name in fields},
        }
        added += Organization.objects.get_or_create(code=row["code"], defaults=values)[1]
    return added


def load_board_meetings() -> None:
    """Illustrative meetings of the three boards."""
    for row in record()["board_meetings"]:
        board = organization(BOARDS[row["board"]])
        for day in (row["last"], row["next"]):
            BoardMeeting.objects.create(organization=board, held_on=day, illustrative=True)


def load_committees() -> dict[str, int]:
    """The catalogue: acronyms, titles, kinds, parents, status. Scopes come by manage.py import_committees."""
    return import_committees(read_committees(COMMITTEES))


def load_accounts() -> None:
    """One account per role and organization; they exist in demonstrations only."""
    for row in record()["accounts"]:
        user = User.objects.create_user(f"{row['email']}@{DOMAIN}", PASSWORD, label=row["label"])
        place = organization(row["organization"]) if "organization" in row else None
        appoint(user, row["role"], place, None, from_on=APPOINTED_ON, label=row["label"])


def load_contacts() -> None:
    """One illustrative role address per active committee (chair, manager) and per national body."""
    capacity = Contact.Capacity
    committees = Committee.objects.filter(status=Committee.Status.ACTIVE).prefetch_related("organizations")
    for place in Organization.objects.all():
        rows = []
        for committee in committees:
            if place.code in committee.codes:
                rows.append(_contact(place, capacity.CHAIR, f"Chair, {committee}", committee))
                rows.append(_contact(place, capacity.MANAGER, f"{_officer(place)}, {committee}", committee))
        body = capacity.MEMBER_STATE if place.code == "ITU-T" else capacity.NATIONAL_BODY
        countries = record()["communications"]["circular"]["countries"]
        rows += [_contact(place, body, country, country=country) for country in countries]
        add_contacts(secretary(place.code), rows)


def _officer(place: Organization) -> str:
    return place.committee_officer[0].upper() + place.committee_officer[1:]


def _contact(
    place: Organization, capacity: str, name: str, committee: Committee | None = None, country: str = ""
) -> Contact:
    words = "".join(char if char.isalnum() and char.isascii() else "-" for char in (country or str(committee)).lower())
    return Contact(
        organization=place,
        capacity=capacity,
        name=name,
        email=f"{capacity.replace('_', '-')}.{'-'.join(filter(None, words.split('-')))}@{DOMAIN}",
        committee=committee,
        country=country,
        illustrative=True,
    )


def load_people() -> None:
    """All of it, in the order in which it builds on itself."""
    load_organizations(DOMAIN)
    load_board_meetings()
    load_committees()
    load_accounts()
    load_contacts()
