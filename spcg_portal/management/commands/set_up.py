"""manage.py set_up: organizations, committee catalogue and considerations of a new portal; twice changes nothing."""

from django.core.management.base import BaseCommand
from django.db import transaction

from spcg_portal.loading.considerations import load_considerations
from spcg_portal.loading.people import load_committees, load_organizations


class Command(BaseCommand):
    help = "Load what every portal needs before its first account: organizations, committees, considerations."

    @transaction.atomic
    def handle(self, *args, **options):
        organizations, committees = load_organizations(), load_committees()
        if load_considerations():
            self.stdout.write("The list of considerations is in force, a reconstruction.")
        self.stdout.write(f"{organizations} organizations and {committees['added']} committees added.")
