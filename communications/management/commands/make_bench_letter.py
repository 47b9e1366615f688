"""manage.py make_bench_letter --recipients N [--attachment-kb K]: a released letter to synthetic contacts."""

from django.core.management.base import BaseCommand, CommandError

from communications.services.synthetic import make_letter_for_bench
from core.moves import Refused


class Command(BaseCommand):
    help = "Make synthetic contacts and a released letter to them, and print its number. Refused without BENCH=1."

    def add_arguments(self, parser):
        parser.add_argument("--recipients", type=int, required=True)
        parser.add_argument("--attachment-kb", type=int, default=0)

    def handle(self, *, recipients, attachment_kb, **options):
        if recipients < 1 or attachment_kb < 0:
            raise CommandError("Ask for one recipient or more.")
        try:
            letter = make_letter_for_bench(recipients, attachment_kb)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(letter.pk))
