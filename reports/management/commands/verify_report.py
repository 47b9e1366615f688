"""manage.py verify_report FILE: ends with 0 when the body in the file is the approved one, else with 1."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports.verification import reports_on_record, verify_file

SIGNS = {"added": "+", "removed": "-", "same": ""}


class Command(BaseCommand):
    help = "Say of a file whether it was exported from here, or how its body differs from the approved one."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            with options["file"].open("rb") as stream:
                finding = verify_file(options["file"].name, stream, reports_on_record())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}") from error
        self.stdout.write(f"{finding.verdict}: {finding.sentence}")
        for export in finding.exports:
            self.stdout.write(f"  {export.at.isoformat()} {export}, {export.by_label}")
        for line in finding.lines:
            self.stdout.write("  " + "".join(self._marked(change) for change in line))
        if not finding.good:
            sys.exit(1)

    def _marked(self, change):
        sign = SIGNS[change.kind]
        return f"[{sign}{change.text}{sign}]" if sign else change.text
