"""manage.py import_common_texts FILE: texts that ITU-T and ISO/IEC have in common, all rows or none."""

from organizations.management.importing import ImportCommand
from organizations.services.publications import import_common_texts, read_common_texts


class Command(ImportCommand):
    help = "Load texts common to ITU-T and ISO/IEC from a CSV file; bad rows are listed, nothing is half done."
    read, write = staticmethod(read_common_texts), staticmethod(import_common_texts)
