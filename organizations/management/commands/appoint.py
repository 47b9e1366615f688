"""manage.py appoint EMAIL --role administrator --label Administrator: the first account of a new portal."""

from django.core.management.base import BaseCommand, CommandError

from core.moves import Refused
from organizations.models import Appointment, Organization
from organizations.services.people import open_account


class Command(BaseCommand):
    help = "Appoint a person from the command line; the mail says how to set a password."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=Appointment.Role.values)
        parser.add_argument("--label", required=True, help="The role name that others read.")
        parser.add_argument("--organization", help="ISO, IEC or ITU-T; for secretaries and members.")

    def handle(self, *args, **options):
        organization = None
        if options["organization"]:
            organization = Organization.objects.filter(code=options["organization"]).first()
            if organization is None:
                raise CommandError(f"{options['organization']} is not an organization.")
        try:
            open_account(
                None,
                email=options["email"],
                label=options["label"],
                role=options["role"],
                organization=organization,
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['email']} is appointed: {options['label']}.")
