"""python -m proposals.related.bench FOLDER: how well past proposals find the committees that were truly related.

Out of every case its resulting committee and all below it are removed, from the ranking and from all evidence; what is
also acceptable counts neither way. Beside the portal's ranking stands plain BM25 over titles and scopes."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from proposals.related.knowledge import Knowledge, Known, Published, Subject, Twin
from proposals.related.ranking import Index, Scores, Texts
from proposals.related.words import stems_of

Row = dict[str, str]
MEASURES = ("recall@10", "recall@20", "precision@5", "other organizations")


@dataclass(frozen=True)
class Measured:
    """One case: three shares, and for each other organization whether a right committee is among the first twenty."""

    recall_10: float
    recall_20: float
    precision_5: float
    others: list[bool]


def rows_of(folder: Path, name: str) -> list[Row]:
    """The rows of a file; none where it is absent."""
    path = folder / name
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def knowledge_in(folder: Path) -> Knowledge:
    """What the files of a folder say about committees."""
    return Knowledge(
        [
            Known(r["acronym"], r["title"], r["scope"], r["parent"], r["kind"], r["status"] == "disbanded/merged")
            for r in rows_of(folder, "committees.csv")
        ],
        [Published(r["acronym"], r["reference"], r["title"]) for r in rows_of(folder, "committee_publications.csv")],
        [
            Twin(r["itu_t_study_group"], r["iso_iec_committee"], r["itu_t_recommendation"], r["title"])
            for r in rows_of(folder, "common_texts.csv")
        ],
        [Subject(r["name"], r["description"], tuple(split(r["committees"]))) for r in rows_of(folder, "landscape.csv")],
    )


def measure(scores: Scores, names: list[str], case: Row, bodies: dict[str, list[str]]) -> Measured:
    """The measures of one case. Committees that are also acceptable are passed over in the ranking."""
    right = set(split(case["related_committees"])) & set(names)
    neutral = set(split(case["also_acceptable"])) - right
    order = [names[n] for n in np.argsort(-scores, kind="stable") if names[n] not in neutral]
    hits = {count: right & set(order[:count]) for count in (5, 10, 20)}
    own = set(case["organization"].split("/"))
    reached = {body for name in hits[20] for body in bodies[name]}
    others = {body for name in right for body in bodies[name]} - own
    share = max(len(right), 1)
    return Measured(
        len(hits[10]) / share, len(hits[20]) / share, len(hits[5]) / 5, [body in reached for body in sorted(others)]
    )


def means(cases: list[Measured]) -> list[float]:
    """The means over all cases, and over all pairs of a case and another organization."""
    others = [reached for case in cases for reached in case.others]
    shares = [[getattr(case, name) for case in cases] for name in ("recall_10", "recall_20", "precision_5")]
    return [float(np.mean(values)) if values else 0.0 for values in (*shares, others)]


def run(folder: Path) -> str:
    """The table, with the time of a question in a warm process."""
    knowledge = knowledge_in(folder)
    bodies = {row["acronym"]: row["organization"].split("/") for row in rows_of(folder, "committees.csv")}
    plain, ours, seconds = [], [], []
    cases = rows_of(folder, "overlap_cases.csv")
    for case in cases:
        index = Index(knowledge.without([case["resulting_committee"]]))
        text = stems_of(f"{case['title']} {case['scope']}")
        words = [stems_of(f"{item.title} {item.scope}") for item in index.knowledge.committees]
        plain.append(measure(Texts(words).scores(text), index.names, case, bodies))
        index.scores(case["title"], case["scope"])
        begun = perf_counter()
        scores, _parts = index.scores(case["title"], case["scope"])
        seconds.append(perf_counter() - begun)
        ours.append(measure(scores, index.names, case, bodies))
    lines = [f"{len(cases)} cases, {len(bodies)} committees, {len(knowledge.publications)} publications"]
    lines.append(" " * 28 + "".join(name.rjust(21) for name in MEASURES))
    for label, found in (("BM25, titles and scopes", plain), ("the portal's ranking", ours)):
        lines.append(label.ljust(28) + "".join(f"{value:21.3f}" for value in means(found)))
    lines.append(f"a question takes {1000 * float(np.median(seconds)):.0f} ms (median, warm)")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path()
    if not all((folder / name).exists() for name in ("overlap_cases.csv", "committees.csv")):
        sys.stderr.write(f"{folder} holds no overlap_cases.csv and committees.csv.\n")
        return 1
    sys.stdout.write(run(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
