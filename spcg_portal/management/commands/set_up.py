"""manage.py set_up: the three organizations and the committee catalogue of a new portal; twice changes nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from spcg_portal.loading.people import load_committees, load_organizations


class Command(BaseCommand):
    help = "Load what every portal needs before its first account: organizations and committees, without scopes."

    @transaction.atomic
    def handle(self, *args, **options):
        organizations, committees = load_organizations(), load_committees()
        self.stdout.write(f"{organizations} organizations and {committees['added']} committees added.")
