"""manage.py import_committee_aliases FILE: other spellings of committees' acronyms, all rows or none."""

from organizations.management.importing import ImportCommand
from organizations.services.aliases import import_aliases, read_aliases


class Command(ImportCommand):
    help = "Load other spellings of acronyms from a CSV file; bad rows are listed by number and nothing is half done."
    read, write = staticmethod(read_aliases), staticmethod(import_aliases)
