"""manage.py suggest_committees --title T --scope S: whose work a proposal touches."""

import json

from django.core.management.base import BaseCommand

from organizations.queries import find_committee
from proposals.queries.related import index_of


class Command(BaseCommand):
    help = "Rank the committees whose work a title and scope touch, each with the reason."

    def add_arguments(self, parser):
        parser.add_argument("--title", required=True)
        parser.add_argument("--scope", default="")
        parser.add_argument("--exclude", nargs="*", action="extend", default=[], metavar="ACRONYM")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--json", action="store_true", help="JSON alone on standard output")

    def handle(self, *args, **options):
        from proposals.related.reasons import suggest

        index = index_of(self._excluded(options["exclude"]))
        found = suggest(index, options["title"], options["scope"], options["limit"])
        if not index.knowledge.has_scopes:
            self.stderr.write("Scopes are missing: only titles were used. Load them with import_committees.")
        if options["json"]:
            rows = [{"acronym": item.acronym, "score": item.score, "reason": item.reason} for item in found]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for item in found:
            self.stdout.write(f"{item.score:.3f}  {item.acronym}: {item.reason}")

    def _excluded(self, names):
        found = {name: find_committee(name) for name in names}
        unknown = [name for name, committee in found.items() if committee is None]
        if unknown:
            self.stderr.write(f"Not in the catalogue, so nothing to leave out: {', '.join(unknown)}")
        return [committee.acronym for committee in found.values() if committee]
