"""manage.py encode_committees: vectors of all titles, scopes and publications at once, instead of little by little."""

import os

from django.core.management.base import BaseCommand, CommandError

from proposals.services.vectors import encode_due


class Command(BaseCommand):
    help = "Work out the vectors that suggestions rest on; can be stopped and goes on where it was."

    def handle(self, *args, **options):
        progress = encode_due(float("inf"), self._tell, os.cpu_count() or 1)
        if progress is None:
            raise CommandError("There is no sentence encoder in ENCODER_DIR: make encoder")
        if not progress.complete:
            raise CommandError("Another process is working them out; it tells how far it is.")
        self.stdout.write(f"All {progress.of} vectors are there.")

    def _tell(self, done, of):
        self.stdout.write(f"{done} of {of}")
