"""manage.py export_board_report --board TSAG|TMB|SMB --format docx|pdf|html --out FILE [--report ID]

All nine in one archive: --board all --format zip."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reports.queries import report_for_board
from reports.services.exports import export_all, export_report

BOARDS = {"TMB": "ISO", "SMB": "IEC", "TSAG": "ITU-T"}


class Command(BaseCommand):
    help = "Write one board's report to a file; without --report the newest. A draft says so on its pages."

    def add_arguments(self, parser):
        parser.add_argument("--board", required=True, choices=[*BOARDS, "all"])
        parser.add_argument("--format", required=True, choices=["docx", "pdf", "html", "zip"])
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--report", type=int)

    def handle(self, *args, **options):
        report = report_for_board(options["report"])
        if report is None:
            raise CommandError("There is no such board report.")
        if (options["board"] == "all") != (options["format"] == "zip"):
            raise CommandError("All nine files come as --board all --format zip.")
        data = self._exported(report, options["board"], options["format"]).rendered.data
        try:
            options["out"].write_bytes(data)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{report.title} for {options['board']}: {options['out']}")

    def _exported(self, report, board, format):
        if board == "all":
            return export_all(report)
        cover = report.covers.select_related("organization").get(organization__code=BOARDS[board])
        return export_report(report, cover, format)
