"""A letter as content of the publishing engine: with one organization's cover, the same words as the mail; and without
any, as it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from communications.models import Cover, Letter
from communications.placeholders import fill, fill_markdown
from core.dates import format_date, today
from core.markdown import render_markdown
from documents.models import Revision
from documents.publishing.content import Body, Content, Note, para
from documents.publishing.covers import letter_content
from documents.publishing.markdown import blocks_from_markdown


def date_of(letter: Letter, cover: Cover) -> date:
    """The date that the letter carries: as the cover says, else the day of sending, planned or today."""
    if cover.dated_on:
        return cover.dated_on
    if letter.sent_on:
        return letter.sent_on
    return max(letter.planned_on or today(), today())


def place_and_date(letter: Letter, cover: Cover) -> str:
    """Geneva, 25 November 2020."""
    return ", ".join(filter(None, (cover.place, format_date(date_of(letter, cover)))))


def sample_values() -> dict[str, str]:
    """What stands for the recipient where there is none, as in a preview."""
    return {"name": _("[name of the recipient]"), "committee": _("[committee]")}


def words_for(cover: Cover, personal: Mapping[str, str]) -> dict[str, str]:
    """The words of all placeholders for this cover; `personal` gives those that differ between recipients."""
    values = {**personal, "organization": cover.organization.code}
    return {**values, "salutation": fill(cover.salutation, values)}


def blocks_of(letter: Letter, words: Mapping[str, str]) -> Body:
    """The letter's text as blocks; what was typed is text, whatever signs it holds."""
    return blocks_from_markdown(fill_markdown(letter.body, words), numbered=False)


def salutation_of(letter: Letter, words: Mapping[str, str]) -> str:
    """The salutation above the text, unless the text places it itself."""
    return "" if "{salutation}" in letter.body else words["salutation"]


def preview(letter: Letter, cover: Cover, revisions: list[Revision]) -> dict[str, Any]:
    """The same words for a page: what `_sheet.html` shows."""
    words = words_for(cover, sample_values())
    return {
        "date": place_and_date(letter, cover),
        "salutation": salutation_of(letter, words),
        "body": render_markdown(fill_markdown(letter.body, words)),
        "attachments": ", ".join(revision.reference for revision in revisions),
    }


def preview_body(body: str, organization: str, salutation: str = "") -> str:
    """The text of a letter for a page, with samples for what differs between recipients."""
    words = {**sample_values(), "organization": organization, "salutation": salutation or _("[salutation]")}
    return render_markdown(fill_markdown(body, words))


def on_paper(
    letter: Letter, cover: Cover, attachments: list[str], personal: Mapping[str, str] | None = None
) -> Content:
    """The letter as it is printed with this cover; `attachments` are named under the signature."""
    words = words_for(cover, personal or sample_values())
    attached = _("Attachment: %(names)s") if len(attachments) == 1 else _("Attachments: %(names)s")
    return letter_content(
        organization=cover.organization.name,
        office=cover.organization.office,
        address=cover.organization.address,
        reference=cover.reference,
        place_and_date=place_and_date(letter, cover),
        to=cover.addressees,
        subject=letter.subject,
        salutation=salutation_of(letter, words),
        body=blocks_of(letter, words),
        signatory=[line for line in (cover.signatory, cover.signatory_title) if line],
        formula=cover.closing,
        attachments=attached % {"names": ", ".join(attachments)} if attachments else "",
        draft=letter.state in (Letter.State.DRAFT, Letter.State.FOR_APPROVAL),
        footer_note=letter.illustrative_mark.capitalize(),
    )


def text_without_cover(letter: Letter) -> str:
    """The letter's text as everybody may read it, in Markdown: what the cover or the recipient would say stands as a
    word for it."""
    codes = [place.code for place in letter.organizations.all()]
    words = {**sample_values(), "organization": get_text_list(codes, _("or")), "salutation": _("[salutation]")}
    return fill_markdown(letter.body, words)


def source_of(letter: Letter) -> str:
    """Whose letter it is, when it was sent, and what it carried, by number only; never to whom it went."""
    codes = get_text_list([place.code for place in letter.organizations.all()], _("and"))
    source = _("Circular letter of %(codes)s, sent %(day)s.") % {"codes": codes, "day": format_date(letter.sent_on)}
    attached = ", ".join(item.revision.reference for item in letter.attachments.all())
    return f"{source} {_('Attached: %(names)s.') % {'names': attached}}" if attached else source


def without_cover(letter: Letter) -> Content:
    """The letter without the cover of any organization and without any recipient."""
    mark = letter.illustrative_mark
    note = (Note(_("This record is marked: %(mark)s.") % {"mark": mark}),) if mark else ()
    blocks = blocks_from_markdown(text_without_cover(letter), numbered=False)
    return Content(title=letter.subject, body=(*note, para(source_of(letter)), *blocks))
