"""One pass of the post office without a worker, for scripts and tests."""

from django.core.management.base import BaseCommand

from post.services.dispatch import send_due


class Command(BaseCommand):
    help = "Sends what is due now and prints how many messages the mail server took."

    def handle(self, *args, **options):
        self.stdout.write(str(send_due(limit_seconds=3600)))
