"""manage.py import_committees FILE: the catalogue with its scopes, all rows or none."""

from organizations.management.importing import ImportCommand
from organizations.services.committees import import_committees, read_committees


class Command(ImportCommand):
    help = "Load committees (with scopes) from a CSV file; bad rows are listed by number and nothing is half done."
    read, write = staticmethod(read_committees), staticmethod(import_committees)
