"""manage.py export_overview --out FILE: the overview of SPCG as slides."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.queries import secretaries
from reports.overview import overview
from reports.slides import render_slides


class Command(BaseCommand):
    help = "Write the overview of SPCG, from the records, as a PowerPoint file."

    def add_arguments(self, parser):
        parser.add_argument("--out", required=True, type=Path)

    def handle(self, *args, **options):
        reader = next(iter(secretaries()), None)
        if reader is None:
            raise CommandError("Appoint a secretary first: the slides show what a secretary may see.")
        try:
            options["out"].write_bytes(render_slides(overview(reader)).data)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}") from error
        self.stdout.write(f"Overview of SPCG: {options['out']}")
