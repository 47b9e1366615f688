"""manage.py suggest_committees --title T --scope S: whose work a proposal touches."""

import json
import os

from django.core.management.base import BaseCommand

from organizations.queries import find_committee
from proposals.queries.knowledge import answers, knowledge
from proposals.queries.vectors import vectors_at_hand


class Command(BaseCommand):
    help = "Rank the committees whose work a title and scope touch, each with the reason."

    def add_arguments(self, parser):
        parser.add_argument("--title", required=True)
        parser.add_argument("--scope", default="")
        parser.add_argument("--exclude", nargs="*", action="extend", default=[], metavar="ACRONYM")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--json", action="store_true", help="JSON alone on standard output")
        parser.add_argument("--wait", type=float, default=45, metavar="SECONDS", help="for vectors that are missing")

    def handle(self, *args, title, scope, exclude, limit, wait, **options):
        from proposals.related.ranking import Index
        from proposals.related.reasons import suggest

        index = Index(knowledge().without(self._excluded(exclude)))
        known = answers()
        self._attach_vectors(index, [*(row.text for row in known), *index.texts_by_use(title, scope)], wait)
        found = suggest(index, title, scope, limit, answers=known)
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

    def _attach_vectors(self, index, texts, wait):
        """Those most useful for the question come first; what is missing after the wait is done without."""
        from proposals.related.closeness import heads_of

        vectors = vectors_at_hand()
        if vectors is None:
            return
        vectors.threads = os.cpu_count() or 1
        left = vectors.work_out(texts, wait, self._tell)
        if left:
            self.stderr.write(f"{left} vectors are still missing; encode_committees works them out.")
        if not vectors.missing(heads_of(index.knowledge)):
            index.attach(vectors)

    def _tell(self, done, of):
        self.stderr.write(f"vectors: {done} of {of}")
