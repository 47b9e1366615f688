"""Says whether anything of the past was changed, and names the first bad row."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.chain import verify
from core.models import Seal


class Command(BaseCommand):
    help = "Walks the chain over all histories; --head NUMBER:DIGEST also holds it against a mailed head."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--head", default="", metavar="NUMBER:DIGEST")

    def handle(self, *args: Any, **options: Any) -> None:
        finding = verify()
        if finding.fault:
            raise CommandError(f"First bad row: {finding.fault}.")
        if options["head"]:
            _hold_against(options["head"])
        self.stdout.write(
            f"{finding.links} entries are what they were. Head: {finding.links}:{finding.head}. "
            f"Not sealed yet: {finding.unsealed}."
        )


def _hold_against(text: str) -> None:
    number, _colon, digest = text.partition(":")
    if not number.isdecimal() or not Seal.objects.filter(number=int(number), digest=digest.strip().lower()).exists():
        raise CommandError(f"The chain does not hold the head {text}: it was written anew after that mail.")
