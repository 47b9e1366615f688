"""Plain factories: every argument has a value, and any may be given."""

from __future__ import annotations

import itertools
from datetime import date

from core.models import User
from organizations.models import Appointment, Committee, Contact, Organization

_numbers = itertools.count(1)

FACTS = {
    "ISO": ("International Organization for Standardization", "ISO/TMB", "Technical Management Board", "TMB/{n}"),
    "IEC": (
        "International Electrotechnical Commission",
        "IEC/SMB",
        "Standardization Management Board",
        "AC/{n}/{year}",
    ),
    "ITU-T": (
        "ITU Telecommunication Standardization Sector",
        "ITU-T TSAG",
        "Telecommunication Standardization Advisory Group",
        "TSB Circular {n}",
    ),
}


def make_organizations() -> dict[str, Organization]:
    for position, (code, (name, board, board_name, form)) in enumerate(FACTS.items()):
        Organization.objects.get_or_create(
            code=code,
            defaults={
                "slug": code.lower(),
                "position": position,
                "name": name,
                "board": board,
                "board_name": board_name,
                "office": f"{code} office",
                "address": "Geneva, Switzerland",
                "national_bodies": "national bodies",
                "committee_officer": "officer",
                "circular_reference": form,
                "mail_from": f"{code.lower()}@spcg.example",
            },
        )
    return {item.code: item for item in Organization.objects.all()}


def make_user(label: str = "", **overrides) -> User:
    number = next(_numbers)
    values = {"email": f"person{number}@spcg.example", "label": label or f"Person {number}", **overrides}
    user = User(**values)
    user.set_unusable_password()
    user.save()
    return user


def make_appointment(user: User, role: str, organization: Organization | None = None, **overrides) -> Appointment:
    values = {"from_on": date(2018, 1, 1), **overrides}
    return Appointment.objects.create(user=user, role=role, organization=organization, **values)


def make_committee(acronym: str = "", *codes: str, **overrides) -> Committee:
    values = {"kind": "TC", "title": "Committee title", **overrides}
    committee = Committee.objects.create(acronym=acronym or f"ISO/TC {next(_numbers)}", **values)
    committee.organizations.set(Organization.objects.filter(code__in=codes or ("ISO",)))
    return committee


def make_contact(organization: Organization, **overrides) -> Contact:
    number = next(_numbers)
    values = {"name": f"Chair {number}", "email": f"chair{number}@spcg.example", "capacity": "chair", **overrides}
    return Contact.objects.create(organization=organization, **values)
