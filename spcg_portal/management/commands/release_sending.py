"""Lets the post office send again after a restored backup."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.moves import AlreadyDone
from post.services.holds import release_sending


class Command(BaseCommand):
    help = "Ends the hold on everything that waits to be sent."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            release_sending("the operator of the portal")
        except AlreadyDone:
            self.stdout.write("Nothing was held.")
        else:
            self.stdout.write("Sending is released.")
