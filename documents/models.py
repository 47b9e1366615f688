"""The register: documents SPCG-n, their lettered revisions, files, and other organizations' numbers."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import address_of
from core.models import Entry, Illustrative, User, Versioned
from organizations.models import Organization

KIND_WORDS = {"docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint", "txt": _("Text"), "jpg": "JPEG"}
LETTERS = ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def stored_name(instance: Attachment, filename: str) -> str:
    """Uploads are stored under a generated name; the reader's name is kept beside it."""
    return f"{type(instance).__name__.lower()}/{uuid.uuid4().hex}.{instance.extension}"


def stored_archive(instance: RegisterImport, filename: str) -> str:
    """An archive waits under a generated name too, where nobody can ask for it."""
    return f"registerimport/{uuid.uuid4().hex}.zip"


class Document(Illustrative, Versioned):
    """One number of the register for ever; what it says is in its revisions. A document without a number
    (a slide set) is known by its slug."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("Paper")
        PLAN = "plan", _("Plan")
        WORK_PLAN = "work_plan", _("Work plan")
        RECOMMENDATION = "recommendation", _("Recommendation")
        MEETING_REPORT = "meeting_report", _("Meeting report")
        SLIDES = "slides", _("Slide set")
        OTHER = "other", _("Other")

    series = models.CharField(max_length=10, default="SPCG", editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, validators=[MinValueValidator(1)])
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    short_title = models.CharField(
        _("short title"), max_length=120, blank=True, help_text=_("As it is called in a report.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    registered_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = [models.F("number").desc(nulls_last=True), "slug"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="number_used_once")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its first revision, which points at the current one."""
        return address_of("documents:detail", self.reference)

    @property
    def reference(self) -> str:
        """SPCG-47, without a letter; the slug where there is no number."""
        return f"{self.series}-{self.number}" if self.number else self.slug

    @property
    def earlier_count(self) -> int:
        """How many visible revisions stand before the current one; the register's query fills the list."""
        return len(self.visible_revisions) - 1


class Revision(Illustrative, Versioned):
    """SPCG-47, SPCG-47A, SPCG-47B: the letter counts revisions of the same document. Until it is shared (proposed
    for approval) it is for those who see drafts."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FOR_APPROVAL = "for_approval", _("For approval")
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    state = models.CharField(_("status"), max_length=15, choices=Status, default=Status.DRAFT)
    text = models.TextField(_("text"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120, blank=True)
    shared_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="letter_used_once"),
            models.CheckConstraint(condition=Q(position__lte=26), name="letters_end_at_z"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def letter(self) -> str:
        return LETTERS[self.position]

    @property
    def reference(self) -> str:
        """SPCG-47B; where there is no number the slug and the letter."""
        letter = f"-{self.letter}" if self.letter and not self.document.number else self.letter
        return f"{self.document.reference}{letter}"

    @property
    def title(self) -> str:
        return self.document.title

    def get_absolute_url(self) -> str:
        return address_of("documents:detail", self.reference)


class Attachment(models.Model):
    """A stored file. A child adds `subject`, related name `attachments`; content is judged before it is stored."""

    file = models.FileField(upload_to=stored_name)
    name = models.CharField(_("file name"), max_length=255)
    extension = models.CharField(max_length=10)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_word(self) -> str:
        """Word, PDF or Excel, where a reader wants to know before opening; else the extension."""
        return KIND_WORDS.get(self.extension) or self.extension.upper()


class RevisionFile(Attachment):
    """A file of one revision."""

    subject = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="attachments")


class Words(models.Model):
    """The words inside a file, for the search; written once, by the task that reads files. A child adds `file`, with
    `words` as its related name."""

    class Outcome(models.TextChoices):
        READ = "read", _("all its words are found by the search")
        PARTLY = "partly", _("only its first words are found by the search")
        NONE = "none", _("holds no words for the search to find")
        UNREADABLE = "unreadable", _("the search cannot read its words")

    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField(blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.file}: {self.get_outcome_display()}"


class FileWords(Words):
    """The words inside a file of a revision."""

    file = models.OneToOneField(RevisionFile, on_delete=models.PROTECT, related_name="words")


class ForeignNumber(models.Model):
    """The number that another organization gave the same document: TSAG-TDnnn, SMB/nnnn/R, TMB/…"""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="foreign_numbers")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=60)

    class Meta:
        ordering = ["organization__position", "number"]
        constraints = [models.UniqueConstraint(fields=["revision", "organization", "number"], name="foreign_once")]

    def __str__(self) -> str:
        return self.number


class GapNote(models.Model):
    """Why numbers are not in the register. Notes are added and never changed: the newest one on a number counts."""

    first = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    last = models.PositiveIntegerField()
    text = models.CharField(_("explanation"), max_length=300)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="gap_not_backwards")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}: {self.text}"


class RegisterImport(models.Model):
    """An existing register as it was uploaded: a table and, if there are files, an archive of them. It waits for a
    person who has looked at what would come of it."""

    table = models.TextField()
    folder = models.FileField(upload_to=stored_archive, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    imported_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.made_by}"


class DocumentEntry(Entry):
    """One line of a document's history."""

    class Action(models.TextChoices):
        REGISTER = "register", _("registered")
        REVISE = "revise", _("revised")
        EDIT = "edit", _("edited")
        ATTACH = "attach", _("attached a file")
        PROPOSE = "propose", _("proposed for approval")
        APPROVE = "approve", _("approved")
        WITHDRAW = "withdraw", _("withdrew")
        NUMBER = "number", _("recorded a number")
        IMPORT = "import", _("imported")

    subject = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
