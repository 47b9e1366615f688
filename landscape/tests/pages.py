"""Addresses of the room and what its forms send."""

from datetime import timedelta

from django.utils import timezone

from core.models import User
from landscape.models import Area, PriorityRound


def text_of(response) -> str:
    return response.content.decode()


def visited(cast, name: str, days: int = 3) -> None:
    User.objects.filter(pk=getattr(cast, name).pk).update(
        previous_visit_at=timezone.now() - timedelta(days=days), seen_at=timezone.now()
    )


def answers(round: PriorityRound, value: str) -> dict[str, str]:
    return {f"criterion_{pk}": value for pk in round.criteria.values_list("pk", flat=True)}


def form_of(area: Area, **overrides) -> dict:
    values = {
        "name": area.name,
        "text": area.text,
        "version": area.version,
        "reason": "Why",
        "committees": "",
        "documents": "",
    }
    return {**values, **overrides}


def pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/",
        "/landscape/ranking/",
        "/landscape/history/",
        base,
        f"{base}compare/1/1/",
        *(f"/landscape/export/{format}/" for format in ("xlsx", "docx", "pdf")),
    ]


def secretary_pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/new/",
        "/landscape/rounds/new/",
        f"/landscape/rounds/{round.pk}/close/",
        f"{base}edit/",
        f"{base}close/",
        f"{base}restore/1/",
    ]
