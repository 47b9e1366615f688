"""manage.py import_committee_publications FILE: what committees have published, all rows or none."""

from organizations.management.importing import ImportCommand
from organizations.services.publications import import_publications, read_publications


class Command(ImportCommand):
    help = "Load what committees have published from a CSV file; bad rows are listed, nothing is half done."
    read, write = staticmethod(read_publications), staticmethod(import_publications)
