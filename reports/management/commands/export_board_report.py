"""manage.py export_board_report --board TSAG|TMB|SMB --format docx|pdf|html --out FILE [--report ID]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from documents.publishing.formats import render
from reports.covers import content_for
from reports.queries import newest_revision, report_for_board

BOARDS = {"TMB": "ISO", "SMB": "IEC", "TSAG": "ITU-T"}


class Command(BaseCommand):
    help = "Write one board's report to a file; without --report the newest. A draft says so on its pages."

    def add_arguments(self, parser):
        parser.add_argument("--board", required=True, choices=list(BOARDS))
        parser.add_argument("--format", required=True, choices=["docx", "pdf", "html"])
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--report", type=int)

    def handle(self, *args, **options):
        report = report_for_board(options["report"])
        if report is None:
            raise CommandError("There is no such board report.")
        cover = report.covers.select_related("organization").get(organization__code=BOARDS[options["board"]])
        data, _content_type, _extension = render(content_for(report, newest_revision(report), cover), options["format"])
        try:
            options["out"].write_bytes(data)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{report.title} for {options['board']}: {options['out']}")
