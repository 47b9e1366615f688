"""One pass of the post office without a worker, for scripts and tests."""

import signal

from django.core.management.base import BaseCommand

from post.services.dispatch import send_due
from post.stopping import ask_to_stop


class Command(BaseCommand):
    help = "Sends what is due now and prints how many messages the mail server took. SIGTERM ends it between two."

    def handle(self, *args, **options):
        before = signal.signal(signal.SIGTERM, ask_to_stop)
        try:
            self.stdout.write(str(send_due(limit_seconds=3600)))
        finally:
            signal.signal(signal.SIGTERM, before)
