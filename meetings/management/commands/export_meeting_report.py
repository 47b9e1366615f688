"""manage.py export_meeting_report NUMBER --format docx|pdf|html --out FILE"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from documents.publishing.formats import FORMATS, render
from meetings.models import Meeting
from meetings.report import compose_meeting_report


class Command(BaseCommand):
    help = "Writes the report of a meeting to a file."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="the number of the meeting, for example 8")
        parser.add_argument("--format", required=True, help=f"one of {', '.join(FORMATS)}")
        parser.add_argument("--out", required=True, help="the file to write; an existing one is replaced")

    def handle(self, *args, number, format, out, **options):
        if format not in FORMATS:
            raise CommandError(f"The formats are {', '.join(FORMATS)}; there is no “{format}”.")
        meeting = Meeting.objects.select_related("report__document").filter(number=number).first()
        if meeting is None:
            raise CommandError(f"There is no meeting {number}.")
        data = render(compose_meeting_report(meeting), format).data
        try:
            Path(out).write_bytes(data)
        except OSError as error:
            raise CommandError(f"“{out}” cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Report of the {meeting.title}: {out} ({len(data):,} bytes)")
