"""The register's writers: numbers, letters, texts, files, approval."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.bell import ring
from core.dates import in_geneva
from core.history import record
from core.models import SearchText
from core.moves import NotAllowed, Refused, Stale, WrongState, check, make, save_version
from core.search import index, unindex
from documents.judge import JudgedFile
from documents.models import LETTERS, Document, ForeignNumber, Revision
from documents.permissions import can_attach, can_edit, can_register, can_retitle, can_revise
from documents.queries import SEARCH_KINDS, newest_of, next_number, parse_reference
from documents.tasks import read_files
from documents.workflow import MOVES
from organizations.models import Organization

S = Revision.Status
TRIES = 20
# Words of the register's own addresses, which no document without a number may take.
RESERVED = {"register", "import", "gaps"}


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the register. Ask the secretary of your organization."))


def _check_draft(by: Any, revision: Revision, allowed: Callable[[Any, Any], bool]) -> None:
    """The wrong person and the wrong state are refused with different words."""
    _refuse(allowed(by, None))
    if not allowed(by, revision):
        raise WrongState(_("%(r)s is no draft any more. Revise it with the next letter.") % {"r": revision.reference})


def record_about(
    revision: Revision, action: str, by: Any, text: str, *, after: dict[str, Any] | None = None, **more: Any
):
    """Every entry names its revision, so that readers are shown only what concerns the revisions they may see."""
    record(revision.document, action, by, text, after={"revision": revision.reference, **(after or {})}, **more)


@transaction.atomic
def register_document(
    by: Any,
    *,
    title: str,
    kind: str,
    number: int | None = None,
    numbered: bool = True,
    letter: str = "",
    short_title: str = "",
    text: str = "",
    note: str = "",
    dated_on: date | None = None,
    illustrative: bool = False,
    illustrative_note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Revision:
    """Registers a document and its first revision as a draft, and returns the revision.

    The number is the next free one unless a loader names it; numbers are never reused. The same token again returns
    what was registered the first time. `letter` is for loaders: the earlier letters, which the group has seen, are
    registered as well."""
    _refuse(can_register(by) or at is not None)
    known = Document.objects.filter(token=token).first() if token else None
    if known:
        return newest_of(known)
    values = {
        "title": title,
        "kind": kind,
        "short_title": short_title,
        "illustrative": illustrative,
        "illustrative_note": illustrative_note,
        "registered_at": at or timezone.now(),
        "token": token or uuid.uuid4(),
    }
    document = create_document(values, number, numbered)
    last = LETTERS.index(letter)
    for position in range(last):
        _create_revision(document, position, by, shared_at=at, dated_on=dated_on, at=at)
    revision = _create_revision(document, last, by, text=text, note=note, dated_on=dated_on, at=at)
    record_about(revision, "register", by, _("registered %(reference)s") % {"reference": revision.reference}, at=at)
    index_document(document)
    return revision


def create_document(values: dict[str, Any], number: int | None, numbered: bool) -> Document:
    """Two registrations at one instant get two numbers: the unique number decides, the slower one tries again."""
    for _attempt in range(TRIES):
        chosen = number or (next_number() if numbered else None)
        slug = f"spcg-{chosen}" if chosen else _free_slug(values["title"])
        try:
            with transaction.atomic():
                return Document.objects.create(number=chosen, slug=slug, **values)
        except IntegrityError:
            if number:
                raise Refused(_("SPCG-%(number)d is in the register already.") % {"number": number}) from None
    raise Stale(_("Others are registering documents at this moment. Try again."))


def _free_slug(title: str) -> str:
    stem = slugify(title)[:60].strip("-") or "document"
    if parse_reference(stem) or stem in RESERVED:
        stem = f"document-{stem}"
    taken = set(Document.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(name for n in range(1, 1000) if (name := stem if n == 1 else f"{stem}-no-{n}") not in taken)


def _create_revision(document: Document, position: int, by: Any, *, at: datetime | None, **values: Any) -> Revision:
    return Revision.objects.create(
        document=document,
        position=position,
        author=by,
        author_label=str(by) if by else "",
        created_at=at or timezone.now(),
        illustrative=document.illustrative,
        illustrative_note=document.illustrative_note,
        **{"dated_on": in_geneva(at or timezone.now()).date(), **{k: v for k, v in values.items() if v}},
    )


@transaction.atomic
def revise_document(
    document: Document, by: Any, *, after: Revision, text: str, note: str = "", at: datetime | None = None
) -> Revision:
    """Adds the next letter after `after`, the revision that the writer has read; raises Stale if it is no longer
    the newest, and Refused after Z."""
    _refuse(can_revise(by, document))
    if newest_of(document).pk != after.pk:
        raise Stale(_("There is a newer revision. Look at it before you revise."))
    if after.position + 1 >= len(LETTERS):
        raise Refused(_("The letters of this document are used up. Register a new document."))
    try:
        with transaction.atomic():
            revision = _create_revision(document, after.position + 1, by, text=text, note=note, at=at)
    except IntegrityError:
        raise Stale(_("Somebody has just added the next revision. Look at it before you revise.")) from None
    record_about(
        revision,
        "revise",
        by,
        _("added revision %(reference)s") % {"reference": revision.reference},
        before={"text": after.text},
        after={"text": text, "note": note},
        at=at,
    )
    index_document(document)
    return revision


@transaction.atomic
def edit_revision(revision: Revision, by: Any, version: int, *, at: datetime | None = None, **changes: Any) -> Revision:
    """Changes text, note or date of a draft. Raises Conflict when somebody saved in between."""
    _check_draft(by, revision, can_edit)
    changed = save_version(revision, version, **changes)
    if changed:
        text = _("edited %(reference)s") % {"reference": revision.reference}
        before, after = ({name: pair[side] for name, pair in changed.items()} for side in (0, 1))
        record_about(revision, "edit", by, text, before=before, after=after, at=at)
    index_document(revision.document)
    return revision


@transaction.atomic
def edit_title(document: Document, by: Any, version: int, **changes: Any) -> Document:
    """Changes title, short title or kind while no revision has been approved: later they are part of what was
    approved. Raises Conflict when somebody saved in between."""
    _refuse(can_revise(by, document))
    if not can_retitle(by, document):
        raise WrongState(_("The title was approved and stays. Register a new document for another title."))
    changed = save_version(document, version, **changes)
    if changed:
        revision = newest_of(document)
        text = _("changed the title of %(r)s") % {"r": document.reference}
        before, after = ({name: pair[side] for name, pair in changed.items()} for side in (0, 1))
        record_about(revision, "edit", by, text, before=before, after=after)
        index_document(document)
    return document


@transaction.atomic
def attach_file(revision: Revision, by: Any, judged: JudgedFile, content: File, *, at: datetime | None = None) -> Any:
    """Stores a judged file with a draft; the same content twice is one file."""
    if at is None:
        _check_draft(by, revision, can_attach)
    attachment, created = store_file(revision.attachments, by, judged, content, at=at)
    if created:
        record_about(
            revision,
            "attach",
            by,
            _("attached “%(name)s” to %(reference)s") % {"name": attachment.name, "reference": revision.reference},
            at=at,
        )
        index_document(revision.document)
        ring(read_files)
    return attachment


def store_file(attachments: Any, by: Any, judged: JudgedFile, content: File, *, at: datetime | None = None) -> Any:
    """Stores a judged file under a generated name in any room's `attachments`; returns it and whether it is new."""
    known = attachments.filter(sha256=judged.sha256).first()
    if known:
        return known, False
    attachment = attachments.model(
        subject=attachments.instance,
        name=judged.safe_name,
        extension=judged.extension,
        content_type=judged.content_type,
        size=judged.size,
        sha256=judged.sha256,
        uploaded_by=by,
        uploaded_at=at or timezone.now(),
    )
    content.seek(0)
    attachment.file.save(judged.safe_name, content, save=False)
    attachment.save()
    return attachment, True


@transaction.atomic
def register_with_file(by: Any, upload: tuple[JudgedFile, File] | None, **values: Any) -> Revision:
    """Registers a document together with its first file: both or neither; the same token again returns the first."""
    known = Document.objects.filter(token=values["token"]).exists()
    revision = register_document(by, **values)
    if upload and not known:
        attach_file(revision, by, *upload)
    return revision


@transaction.atomic
def record_number(
    revision: Revision, by: Any, *, organization: Organization, number: str, at: datetime | None = None
) -> ForeignNumber:
    """Records the number under which another organization keeps the same document; twice is once."""
    _refuse(can_register(by) or at is not None)
    foreign, created = revision.foreign_numbers.get_or_create(organization=organization, number=number)
    if created:
        words = {"r": revision.reference, "number": number, "organization": organization}
        text = _("recorded that %(r)s is %(number)s in %(organization)s") % words
        record_about(revision, "number", by, text, after={"number": number}, organization=organization.code, at=at)
        index_document(revision.document)
    return foreign


def _move(revision: Revision, name: str, by: Any, text: str, at: datetime | None, **changes: Any) -> Revision:
    before = revision.state
    check(revision, MOVES[name], by)
    if name != "withdraw" and at is None and newest_of(revision.document).pk != revision.pk:
        raise Stale(_("There is a newer revision. Look at it first."))
    make(revision, MOVES[name], by, **changes)
    record_about(revision, name, by, text, before={"status": before}, after={"status": revision.state}, at=at)
    index_document(revision.document)
    return revision


@transaction.atomic
def propose_revision(revision: Revision, by: Any, *, at: datetime | None = None) -> Revision:
    """Proposes a draft for approval: from now on all members see it."""
    text = _("proposed %(r)s for approval") % {"r": revision.reference}
    return _move(revision, "propose", by, text, at, shared_at=revision.shared_at or at or timezone.now())


@transaction.atomic
def approve_revision(revision: Revision, by: Any, *, on: date | None = None, at: datetime | None = None) -> Revision:
    """Records that the group has approved this exact revision, on that day (today by default)."""
    day = on or in_geneva(at or timezone.now()).date()
    return _move(
        revision, "approve", by, _("recorded the approval of %(r)s") % {"r": revision.reference}, at, approved_on=day
    )


@transaction.atomic
def withdraw_revision(revision: Revision, by: Any, *, at: datetime | None = None) -> Revision:
    """Withdraws a revision; the reference keeps its place for ever."""
    return _move(revision, "withdraw", by, _("withdrew %(r)s") % {"r": revision.reference}, at)


def index_document(document: Document) -> None:
    """One search row per document, found by any form of its numbers; drafts only by those who see drafts."""
    revisions = list(
        document.revisions.select_related("document").prefetch_related("foreign_numbers").order_by("position")
    )
    if not revisions:
        return
    public = [item for item in revisions if item.shared_at]
    shown = (public or revisions)[-1]
    kind, others = _kinds_of(document)
    unindex(others, [document.pk])
    index(
        kind,
        document.pk,
        f"{shown.reference} {document.title}" if document.number else document.title,
        "\n\n".join([shown.text, *words_in_files(shown.attachments)]),
        shown.get_absolute_url(),
        SearchText.Audience.SHARED if public else SearchText.Audience.SECRETARIES,
        also=" ".join(_forms(item) for item in public or revisions),
        names=_names(shown),
    )


def _kinds_of(document: Document) -> tuple[str, str]:
    """The kind under which a document is found, and the one under which it is not."""
    return SEARCH_KINDS if document.kind != Document.Kind.RECOMMENDATION else SEARCH_KINDS[::-1]


def words_in_files(attachments: Any) -> Iterator[str]:
    """A record's files, each by its name and the words that have been read in it."""
    for file in attachments.select_related("words"):
        words = getattr(file, "words", None)
        yield f"{file.name}: {words.text}" if words else file.name


def _names(revision: Revision) -> list[str]:
    """What a document is called: SPCG-47B, SPCG-47, 47B, and its numbers elsewhere."""
    number = revision.document.number
    own = [f"SPCG-{number}{revision.letter}", f"SPCG-{number}", f"{number}{revision.letter}"] if number else []
    return [*own, *(foreign.number for foreign in revision.foreign_numbers.all())]


def _forms(revision: Revision) -> str:
    """The forms in which people type a number: SPCG-47B, 47B, 47 B."""
    number = revision.document.number or ""
    others = " ".join(foreign.number for foreign in revision.foreign_numbers.all())
    return f"{revision.reference} {number}{revision.letter} {number} {revision.letter} {others}".strip()
