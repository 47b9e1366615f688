"""manage.py process_bounces: reads what came back. The beat does it too where BOUNCE_MAILBOX is set."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from post.services.bounces import process_bounces


class Command(BaseCommand):
    help = "Reads the new mails of BOUNCE_MAILBOX and marks what came back and its addresses."

    def handle(self, *args, **options):
        if not (settings.BOUNCE_MAILBOX and settings.BOUNCE_ADDRESS):
            raise CommandError("Set BOUNCE_MAILBOX and BOUNCE_ADDRESS; README.md says how.")
        try:
            found = process_bounces()
        except (OSError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{found['bounced']} came back, {found['known']} known already, {found['other']} other mails."
        )
