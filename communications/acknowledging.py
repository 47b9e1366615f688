"""The personal link by which a national body acknowledges a letter: signed, without an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from communications.models import Letter
from communications.queries.audience import asked_to_acknowledge
from organizations.models import Contact
from post.services.mailings import RecipientSpec
from post.services.notices import site_link

_signature = partial(Signer(salt="communications.acknowledgement").signature)


def acknowledgement_link(letter_id: int, contact_id: int) -> str:
    """The whole address. It says nothing about the person and works once the letter is released."""
    signature = _signature(f"{letter_id}:{contact_id}")
    return site_link(reverse("communications:acknowledge", args=[letter_id, contact_id, signature]))


def is_signed_for(letter_id: int, contact_id: int, signature: str) -> bool:
    """Whether the link was made by this portal for this letter and contact."""
    return constant_time_compare(_signature(f"{letter_id}:{contact_id}"), signature)


def links_for(letter: Letter) -> Callable[[RecipientSpec, Contact], RecipientSpec]:
    """What puts the link of each recipient into the row. National bodies are asked to acknowledge, also under an
    address that the letter reaches in another capacity; for all others the same place leads to what SPCG is, since a
    link without words would be read out as nothing."""
    rows = asked_to_acknowledge(letter).values_list("organization_id", "email", "pk")
    asked = {(organization, email.lower()): pk for organization, email, pk in rows.iterator()}

    def with_link(spec: RecipientSpec, contact: Contact) -> RecipientSpec:
        pk = asked.get((contact.organization_id, contact.email.lower()))
        words = _words(acknowledgement_link(letter.pk, pk), _("Acknowledge receipt")) if pk else others_words()
        return replace(spec, values={**spec.values, **words})

    return with_link


def others_words() -> dict[str, str]:
    """What stands in the slots for those who are not asked, and in a preview."""
    return _words(site_link(reverse("about")), _("About SPCG"))


def _words(link: str, words: str) -> dict[str, str]:
    return {"acknowledge": link, "acknowledge_words": words, "acknowledge_text": f"{words}: {link}"}
