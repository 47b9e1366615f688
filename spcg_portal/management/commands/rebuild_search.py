"""manage.py rebuild_search: writes the index of the search anew, out of the records."""

from django.core.management.base import BaseCommand

from spcg_portal.reindex import rebuild_search


class Command(BaseCommand):
    help = "Write every search row anew. Needed after an upgrade that indexes more; the portal may run meanwhile."

    def handle(self, *args, **options):
        count = rebuild_search()
        if options["verbosity"]:
            self.stdout.write(f"{count} records can be found.")
