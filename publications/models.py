"""What stands on the public page: asked for, approved by the three organizations, withdrawn with a reason."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communications.models import Letter, Step
from core.addresses import address_of
from core.dates import format_date
from core.models import Entry, Versioned
from documents.models import Document, Revision
from organizations.models import Approval
from reports.models import BoardReport, ReportRevision

Subject = Document | BoardReport | Letter
KINDS = ("document", "report", "letter")


def kind_of(subject: Subject) -> str:
    """Which of the links of a publication holds it."""
    return {Document: "document", BoardReport: "report", Letter: "letter"}[type(subject)]


def _exactly_one(names: tuple[str, ...]) -> Q:
    """One of these links is set, and no other."""
    options = [Q(**{f"{name}__isnull": name != chosen for name in names}) for chosen in names]
    return reduce(or_, options)


class Publication(Versioned):
    """That a registered document, a board report or a circular letter that was sent is to be read by everybody. Nothing
    is published by itself: the third approval of one exact edition does it. `edition` counts the exact wholes that the
    organizations were shown."""

    class State(models.TextChoices):
        FOR_APPROVAL = "for_approval", _("For approval")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="publications")
    report = models.ForeignKey(
        BoardReport, null=True, blank=True, on_delete=models.PROTECT, related_name="publications"
    )
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.FOR_APPROVAL)
    edition = models.PositiveIntegerField(default=1, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(condition=_exactly_one(KINDS), name="publication_of_one_thing"),
            *(
                models.UniqueConstraint(fields=[what], condition=Q(state=state), name=f"{what}_{state}_once")
                for what in KINDS
                for state in ("for_approval", "published")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        return self.document or self.report or self.letter

    @property
    def title(self) -> str:
        return self.letter.subject if self.letter else self.subject.title

    @property
    def illustrative_mark(self) -> str:
        return self.subject.illustrative_mark

    def get_absolute_url(self) -> str:
        return address_of("publications:publication", self.pk)


class PublicationEdition(models.Model):
    """One exact whole that would be published: a revision with its files, or the letter as it was sent, and a digest of
    all that is read in it. A newer revision is a new edition, which asks the three again; verdicts on earlier ones
    stay on record."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    report_revision = models.ForeignKey(ReportRevision, null=True, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["publication", "number"], name="publication_edition_once")]

    def __str__(self) -> str:
        """SPCG-47B; of a board report its revision; of a letter the day on which it was sent."""
        if self.publication.letter:
            return _now("sent %(day)s") % {"day": format_date(self.publication.letter.sent_on)}
        return str(self.revision or _("revision %(n)s") % {"n": self.report_revision})


class PublicationApproval(Approval):
    """One organization's verdict on publishing one exact edition."""

    revision = models.ForeignKey(PublicationEdition, on_delete=models.PROTECT, related_name="approvals")

    class Meta(Approval.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["revision", "organization"], name="publication_verdict_once")]


class StepProof(models.Model):
    """That something which everybody can read shows that a step of the work plan is reached. Withdrawn later, it stays
    on record and says so."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="publication_proof")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="proves")

    def __str__(self) -> str:
        return f"{self.step}: {self.publication}"


class PublicationEntry(Entry):
    """One line of a publication's history."""

    class Action(models.TextChoices):
        PROPOSE = "propose", _("asked for the publication")
        ASK_AGAIN = "ask_again", _("asked again")
        APPROVE = "approve", _("gave a verdict")
        PUBLISH = "publish", _("published")
        WITHDRAW = "withdraw", _("withdrew")

    subject = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="history")

    class Meta(Entry.Meta):
        abstract = False
