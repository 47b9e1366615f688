"""manage.py loaddemo: the record of autumn 2020 and a few illustrative open matters; twice changes nothing."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.models import User
from meetings.services.outcomes import attach_outcomes
from spcg_portal.loading.considerations import load_considerations
from spcg_portal.loading.past import load_past
from spcg_portal.loading.people import load_people
from spcg_portal.loading.present import load_present
from spcg_portal.loading.source import DOMAIN


class Command(BaseCommand):
    help = "Load the demonstration data (with DEMO=1 only). Relative dates are fixed at the first load."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demonstration data is loaded with DEMO=1 only.")
        load_considerations()
        if User.objects.filter(email=f"iso.secretary@{DOMAIN}").exists():
            self.say("The demonstration data is loaded already; nothing was changed.", options)
            return
        with transaction.atomic():
            load_people()
            load_past()
            load_present()
            attach_outcomes()
        self.say("Loaded: the record of autumn 2020 and a few illustrative open matters.", options)

    def say(self, text: str, options: dict) -> None:
        if options["verbosity"]:
            self.stdout.write(text)
