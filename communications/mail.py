"""A letter with one organization's cover, as mail: HTML with inline styles and a complete text part."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formataddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from communications.enclosures import Enclosure
from communications.models import Cover, Letter
from communications.paper import blocks_of, place_and_date, salutation_of, words_for
from documents.publishing.content import Heading, ListBlock, ListItem, Paragraph, Run, Table
from documents.publishing.links import absolute_link
from organizations.models import Contact, Organization
from organizations.queries import secretaries
from post.services.mailings import BodySpec, FileSpec, RecipientSpec, slot
from post.services.notices import list_id, short_subject

_SERIF = "font-family:Cambria,Georgia,serif;font-size:17px;line-height:26px;color:#1b1a20;"
_P = f"margin:0 0 16px 0;{_SERIF}"
_H = f"margin:8px 0 8px 0;{_SERIF}font-weight:bold;"
_CELL = f"padding:6px 12px 6px 0;border-bottom:1px solid #dedbd5;text-align:left;vertical-align:top;{_SERIF}"
COLOURS = {"ISO": ("#a34a00", "●"), "IEC": ("#1f4fa3", "■"), "ITU-T": ("#00786c", "◆")}


def body_of(letter: Letter, cover: Cover, files: Iterable[Enclosure]) -> BodySpec:
    """What every recipient of one organization reads; their own names go into the slots at sending."""
    files = list(files)
    words = words_for(cover, {"name": slot("name"), "committee": slot("committee")})
    context = _context(letter, cover, files, words)
    organization = cover.organization
    return BodySpec(
        subject=short_subject(letter.subject),
        text=render_to_string("communications/mail/letter.txt", context),
        html=render_to_string("communications/mail/letter.html", context),
        group=organization.code,
        from_header=from_header(organization),
        reply_to=reply_to(organization),
        list_id=list_id(f"letters-{organization.slug}"),
        files=tuple(FileSpec(item.name, item.content_type, item.content) for item in files if item.attached),
    )


def _context(letter: Letter, cover: Cover, files: list[Enclosure], words: dict[str, str]) -> dict:
    blocks = blocks_of(letter, words)
    colour, mark = COLOURS.get(cover.organization.code, ("#4b2e83", "●"))
    return {
        "letter": letter,
        "subject": letter.subject,
        "cover": cover,
        "organization": cover.organization,
        "colour": colour,
        "mark": mark,
        "date": place_and_date(letter, cover),
        "salutation": salutation_of(letter, words),
        "html_body": mark_safe("".join(_html(block) for block in blocks)),
        "text_body": "\n\n".join(filter(None, (_text(block) for block in blocks))),
        "files": files,
        "first": files[0] if files else None,
    }


def from_header(organization: Organization) -> str:
    """The sender is constant for each organization; a setting of the organization."""
    if not organization.mail_from:
        return settings.DEFAULT_FROM_EMAIL
    return formataddr((organization.office, organization.mail_from))


def reply_to(organization: Organization) -> str:
    """Answers go to the secretary in charge of this organization's letters."""
    people = secretaries(organization, "may_send") or secretaries(organization)
    return people[0].email if people else ""


def recipient_of(contact: Contact) -> RecipientSpec:
    """One ledger row: address, name and the words for the placeholders, in the group of its organization."""
    return RecipientSpec(
        contact.email,
        contact.name,
        group=contact.organization.code,
        values={"committee": contact.committee.acronym if contact.committee else _("your committee")},
    )


# Blocks of a document as HTML of a mail ------------------------------------------------------


def _html(block: object) -> SafeString:
    if isinstance(block, Heading):
        return format_html('<h2 style="{}">{}</h2>\n', _H, block.text)
    if isinstance(block, Paragraph):
        return format_html('<p style="{}">{}</p>\n', _P, _runs(block.runs))
    if isinstance(block, ListBlock):
        return _list(block)
    return _table(block) if isinstance(block, Table) else mark_safe("")


def _runs(runs: Iterable[Run]) -> SafeString:
    return format_html_join("", "{}", ((_run(run),) for run in runs))


def _run(run: Run) -> SafeString:
    text = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in run.text.split("\n")))
    if run.bold:
        text = format_html("<b>{}</b>", text)
    if run.italic:
        text = format_html("<i>{}</i>", text)
    link = absolute_link(run.link, settings.SITE_URL)
    return format_html('<a href="{}" style="color:#4b2e83;">{}</a>', link, text) if link else text


def _list(block: ListBlock) -> SafeString:
    items = format_html_join("", '<li style="margin:0 0 6px 0;">{}</li>', ((_item(item),) for item in block.items))
    if block.ordered:
        style = f"{_P}padding-left:24px;"
        return format_html('<ol start="{}" style="{}">{}</ol>\n', block.start, style, items)
    return format_html('<ul style="{}">{}</ul>\n', f"{_P}padding-left:24px;", items)


def _item(item: ListItem) -> SafeString:
    return format_html("{}{}", _runs(item.runs), _list(item.below) if item.below else "")


def _table(block: Table) -> SafeString:
    head = format_html_join("", '<th scope="col" style="{}">{}</th>', ((_CELL, _runs(cell)) for cell in block.header))
    rows = (
        (format_html_join("", '<td style="{}">{}</td>', ((_CELL, _runs(cell)) for cell in row)),) for row in block.rows
    )
    return format_html(
        '<table width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px 0;"><tr>{}</tr>{}</table>\n',
        head,
        format_html_join("", "<tr>{}</tr>", rows),
    )


# The same blocks as plain text ----------------------------------------------------------------


def _text(block: object) -> str:
    if isinstance(block, Heading):
        return block.text
    if isinstance(block, Paragraph):
        return _plain(block.runs)
    if isinstance(block, ListBlock):
        return "\n".join(_lines(block))
    if isinstance(block, Table):
        return "\n".join(" | ".join(_plain(cell) for cell in row) for row in (block.header, *block.rows))
    return ""


def _plain(runs: Iterable[Run]) -> str:
    return "".join(
        f"{run.text} ({absolute_link(run.link, settings.SITE_URL)})" if run.link and run.link != run.text else run.text
        for run in runs
    )


def _lines(block: ListBlock, indent: str = "") -> Iterable[str]:
    for number, item in enumerate(block.items, block.start):
        yield f"{indent}{f'{number}.' if block.ordered else '-'} {_plain(item.runs)}"
        if item.below:
            yield from _lines(item.below, f"{indent}  ")
