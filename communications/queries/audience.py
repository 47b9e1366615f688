"""Who receives a letter: contacts by organization and capacity, each address once per organization; who does not,
and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import Lower, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Letter, SavedAudience
from core.dates import format_date
from organizations.models import Committee, Contact, Organization
from organizations.permissions import can_see_contacts
from organizations.queries import organizations
from post.models import Address

C = Contact.Capacity
# Whoever holds one of these stands for a country or a body, never for a committee.
WITHOUT_COMMITTEE = (C.NATIONAL_BODY, C.MEMBER_STATE, C.SECTOR_MEMBER)
# Whoever holds one of these is asked to acknowledge a letter.
ASKED = (C.NATIONAL_BODY, C.MEMBER_STATE)


@dataclass(frozen=True)
class Exclusion:
    """A contact of the selection that receives nothing, and why."""

    contact: Contact
    reason: str


def selection(letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """The contacts that the letter's audience names, before anybody is left out."""
    rows = Contact.objects.filter(organization__in=letter.organizations.values("pk"), capacity__in=letter.capacities)
    return _narrowed(rows.filter(erased_at=None), letter)


def committees_of(letter: Letter | SavedAudience) -> set[int]:
    """The single committees that are chosen, with all that stand below them where that is asked for."""
    found = set(letter.committees.values_list("pk", flat=True))
    below = found if letter.with_subcommittees else set()
    while below:
        below = set(Committee.objects.filter(parent__in=below).values_list("pk", flat=True)) - found
        found |= below
    return found


def _narrowed(rows: QuerySet[Contact], letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """Kinds of committee narrow only those who have a committee: national bodies have none."""
    rows = rows.annotate(address=Lower("email"))
    if letter.committee_kinds:
        rows = rows.filter(Q(committee__isnull=True) | Q(committee__kind__in=letter.committee_kinds))
    if chosen := committees_of(letter):
        rows = rows.filter(Q(committee__in=chosen) | Q(committee__isnull=True, capacity__in=WITHOUT_COMMITTEE))
    return rows.filter(country__iexact=letter.country) if letter.country else rows


def _can_be_reached(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    """Active contacts with an address that has not come back."""
    troubled = Address.objects.filter(bounced_at__isnull=False).annotate(address=Lower("email")).values("address")
    return rows.filter(active=True).exclude(email="").exclude(address__in=troubled)


def reachable(letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """The contacts of the selection that can be written to, an address possibly in several capacities."""
    return _can_be_reached(selection(letter))


def recipients(letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """One contact per organization and address: the first in the order of capacities. Somebody in two organizations
    gets one letter from each."""
    rows = _one_per_address(reachable(letter))
    return rows.select_related("organization", "committee").order_by("organization__position", "capacity", "name", "pk")


def _one_per_address(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    place = Window(RowNumber(), partition_by=[F("organization"), F("address")], order_by=["capacity", "pk"])
    return Contact.objects.filter(pk__in=rows.order_by().annotate(place=place).filter(place=1).values("pk"))


def asked_to_acknowledge(letter: Letter) -> QuerySet[Contact]:
    """The national bodies that get the letter from the portal, each address once per organization. Somebody who holds
    another capacity as well is written to in that one and asked all the same."""
    rows = reachable(letter).filter(capacity__in=ASKED).exclude(organization__in=letter.outside.values("organization"))
    return _one_per_address(rows)


def recipients_shown_to(user: Any, letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """Names are for the secretaries of the contact's organization and the administrator; others read the counts."""
    return recipients(letter).filter(organization__in=organizations_shown_to(user))


def organizations_shown_to(user: Any) -> list[Organization]:
    """The organizations whose contacts this person may see."""
    return [item for item in organizations() if can_see_contacts(user, item)]


def count_recipients(letter: Letter | SavedAudience) -> dict[str, int]:
    """The exact number of recipients by organization code; their sum is the number on the button."""
    rows = reachable(letter).values("organization__code").annotate(n=Count("address", distinct=True)).order_by()
    found = {row["organization__code"]: row["n"] for row in rows}
    return {item.code: found.get(item.code, 0) for item in letter.organizations.all()}


def count_mailed(letter: Letter) -> dict[str, int]:
    """The number of those whom the portal mails: without organizations that send the letter themselves."""
    outside = set(letter.outside.values_list("organization__code", flat=True))
    return {code: number for code, number in count_recipients(letter).items() if code not in outside}


def without_committee(letter: Letter | SavedAudience) -> QuerySet[Contact]:
    """Recipients for whom the placeholder of the committee has no word of its own."""
    return recipients(letter).filter(committee__isnull=True)


def audience_table(letter: Letter | SavedAudience) -> list[dict[str, Any]]:
    """Every capacity with the number of addresses per organization, chosen or not: what the letter could reach."""
    rows = _can_be_reached(_narrowed(Contact.objects.all(), letter)).values("capacity", "organization__code")
    counts = {
        (row["capacity"], row["organization__code"]): row["n"]
        for row in rows.order_by().annotate(n=Count("address", distinct=True))
    }
    codes = [item.code for item in organizations()]
    return [
        {
            "value": value,
            "label": label,
            "chosen": value in letter.capacities,
            "counts": [(code, counts.get((value, code), 0)) for code in codes],
        }
        for value, label in Contact.Capacity.choices
    ]


def exclusions(letter: Letter | SavedAudience, user: Any = None) -> list[Exclusion]:
    """Everybody of the selection who is left out, with the reason; with a user, only those whom that person sees."""
    rows = selection(letter).exclude(pk__in=reachable(letter).values("pk")).select_related("organization", "committee")
    if user is not None:
        rows = rows.filter(organization__in=organizations_shown_to(user))
    rows = rows.order_by("organization__position", "capacity", "name", "pk")
    health = Address.objects.filter(bounced_at__isnull=False)
    troubled = {item.email.lower(): item for item in health}
    return [Exclusion(contact, _reason(contact, troubled)) for contact in rows]


def _reason(contact: Contact, troubled: dict[str, Address]) -> str:
    if not contact.active:
        return _("no longer receives letters")
    if not contact.email:
        return _("has no address")
    address = troubled[contact.email.lower()]
    since = {"day": format_date(address.bounced_at), "trouble": address.trouble or _("messages came back")}
    return _("address in trouble since %(day)s: %(trouble)s") % since


def merged(letter: Letter | SavedAudience) -> str:
    """How many contacts share an address within one organization, and how many people are in two organizations."""
    total = sum(count_recipients(letter).values())
    double = reachable(letter).count() - total
    people = reachable(letter).values("address").order_by().annotate(n=Count("organization", distinct=True))
    twice = people.filter(n__gt=1).count()
    sentences = [_("A person in two groups of one organization is counted once.")]
    if double:
        text = ngettext(
            "%(n)d entry has an address that counts already.",
            "%(n)d entries have an address that counts already.",
            double,
        )
        sentences.append(text % {"n": double})
    if twice:
        text = ngettext(
            "%(n)d person is in two organizations and receives one letter from each.",
            "%(n)d people are in two organizations and receive one letter from each.",
            twice,
        )
        sentences.append(text % {"n": twice})
    return " ".join(sentences)
