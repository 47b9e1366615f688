"""The account, and the abstract bases that every room builds on."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Accounts(BaseUserManager):
    """Creates accounts; an address is compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person's account. What the person may do follows from appointments, never from the account."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), unique=True)
    label = models.CharField(
        _("role name"),
        max_length=120,
        help_text=_("Shown wherever the person acts, for example “ISO secretary”."),
    )
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("opens the administration"), default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    previous_visit_at = models.DateTimeField(null=True, editable=False)

    objects = Accounts()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["label"]

    class Meta:
        ordering = ["label", "email"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.label or self.email

    def get_full_name(self) -> str:
        return self.label


class Versioned(models.Model):
    """A record that carries the number of its last change, so that no edit is overwritten unseen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Illustrative(models.Model):
    """A record that may be sample data; then its pages and the exports that it enters say so."""

    illustrative = models.BooleanField(
        _("illustrative"), default=False, help_text=_("Made up for the demonstration; not a record of SPCG.")
    )
    illustrative_note = models.CharField(
        _("illustrative parts"), max_length=120, blank=True, help_text=_("What of a real record is made up.")
    )

    class Meta:
        abstract = True

    @property
    def illustrative_mark(self) -> str:
        """What of the record is made up: all of it, the parts named in the note, or nothing."""
        if self.illustrative:
            return _("illustrative")
        return _("illustrative: %(parts)s") % {"parts": self.illustrative_note} if self.illustrative_note else ""


class Entry(models.Model):
    """One line of a record's history, append-only. A room's child adds `subject`, related name `history`,
    and `Action`, its closed vocabulary of actions (the verbs of its moves and edits)."""

    action = models.CharField(max_length=40)
    actor = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=120)
    organization = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.text}"


class TextRevision(models.Model):
    """One numbered state of a text, with author and reason. A child adds `subject`, related name `revisions`,
    and the unique constraint over subject and number."""

    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    author = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class SearchText(models.Model):
    """What one record offers to the search: its words, and who may find it.
    Written by the rooms' services in their own transaction. `words` are three lines, normalised: the names of
    the record, its title, its text; `tokens` are what the index of the database knows of it (`core.search.words`)."""

    class Audience(models.TextChoices):
        SHARED = "shared", _("everybody who signs in")
        SECRETARIES = "secretaries", _("secretaries and the administrator")
        ADMINISTRATOR = "administrator", _("the administrator")

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    text = models.TextField(blank=True)
    words = models.TextField(blank=True)
    tokens = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    audience = models.CharField(max_length=13, choices=Audience, default=Audience.SHARED)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_one_row_per_record")]

    def __str__(self) -> str:
        return self.title


class SearchSpelling(models.Model):
    """A word of the records, by what is left of its beginning when one letter is taken out (`core.search.spelling`).
    A row may stand twice: no writer waits for another's words."""

    remainder = models.CharField(max_length=7)
    word = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["remainder", "word"], name="search_spelling")]

    def __str__(self) -> str:
        return self.word


class Seal(models.Model):
    """One link of the chain over all histories: which entry, and a digest of it and of the link before.
    One chain for all rooms, so that one head says whether anything of the past was changed. Append-only."""

    number = models.PositiveBigIntegerField(unique=True)
    history = models.CharField(max_length=60)
    entry = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["history", "entry"], name="entry_sealed_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.history} {self.entry}"


class Witness(models.Model):
    """The head of the chain on one day, as it was mailed out of the portal's reach. Append-only."""

    day = models.DateField(unique=True)
    number = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.number} {self.digest}"


class Backup(models.Model):
    """A backup that was made, so that the administrator sees how old the newest one is."""

    made_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=255)
    rows = models.PositiveBigIntegerField()
    files = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What somebody has typed into a form and not sent: seen by nobody else, one for each form page.
    `sheet` names the form as it was opened, so that a form opened anew never replaces it unseen."""

    owner = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=200)
    sheet = models.UUIDField(default=uuid.uuid4)
    data = models.JSONField(default=dict)
    began_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.form


class FeedAddress(models.Model):
    """The secret part of a person's private calendar and news addresses. A new one makes the old ones unknown."""

    user = models.OneToOneField("core.User", on_delete=models.CASCADE, related_name="feed_address")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("address of calendar and news")
        verbose_name_plural = _("addresses of calendar and news")

    def __str__(self) -> str:
        return f"{self.user}"
