"""python -m proposals.related.bench FOLDER: how well past proposals find the committees that were truly related.

Out of every case its resulting committee and all below it are removed, from the ranking and from all evidence; what is
also acceptable counts neither way. Beside the portal's ranking stands plain BM25 over titles and scopes."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from proposals.related.closeness import texts_of
from proposals.related.encoder import Encoder, stands_in
from proposals.related.knowledge import Knowledge, Known, Published, Subject, Twin
from proposals.related.ranking import Index, Scores, Texts
from proposals.related.vectors import Vectors
from proposals.related.words import stems_of

Row = dict[str, str]
HOME = Path(__file__).resolve().parents[2] / "var"
PLAIN, WORDS, MEANING = "BM25, titles and scopes", "with words alone", "with the encoder"
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
    aliases: dict[str, list[str]] = {}
    for row in rows_of(folder, "committee_aliases.csv"):
        aliases.setdefault(row["acronym"], []).append(row["alias"])
    return Knowledge(
        [
            Known(
                r["acronym"],
                r["title"],
                r["scope"],
                r["parent"],
                r["kind"],
                r["status"] == "disbanded/merged",
                tuple(r["organization"].split("/")),
                tuple(aliases.get(r["acronym"], [])),
            )
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


@dataclass
class Table:
    """The measures of each way to rank, over the same cases."""

    rows: dict[str, list[Measured]]
    seconds: dict[str, list[tuple[float, float]]]

    def lines(self) -> list[str]:
        heading = " " * 28 + "".join(name.rjust(21) for name in MEASURES)
        found = [
            label.ljust(28) + "".join(f"{value:21.3f}" for value in means(row)) for label, row in self.rows.items()
        ]
        times = [
            f"{label}: a question takes {1000 * float(np.median([wall for wall, _cpu in taken])):.0f} ms, "
            f"{1000 * float(np.median([cpu for _wall, cpu in taken])):.0f} ms of CPU (median, warm)"
            for label, taken in self.seconds.items()
        ]
        return [heading, *found, *times]


def table_of(folder: Path, vectors: Vectors | None) -> Table:
    """Every way to rank over the folder's cases, with the time of a question in a warm process."""
    knowledge = knowledge_in(folder)
    bodies = {row["acronym"]: row["organization"].split("/") for row in rows_of(folder, "committees.csv")}
    ways = {WORDS: None, MEANING: vectors} if vectors else {WORDS: None}
    table = Table({PLAIN: [], **{label: [] for label in ways}}, {label: [] for label in ways})
    for case in rows_of(folder, "overlap_cases.csv"):
        clean = knowledge.without([case["resulting_committee"]])
        table.rows[PLAIN].append(measure(plain_scores(clean, case), names_of(clean), case, bodies))
        for label, known in ways.items():
            index = Index(clean, known)
            table.seconds[label].append(timed(index, case))
            scores, _parts = index.scores(case["title"], case["scope"])
            table.rows[label].append(measure(scores, index.names, case, bodies))
    return table


def run(folder: Path, vectors: Vectors | None) -> list[str]:
    """The table as it is printed, under what it was measured on."""
    files = ("overlap_cases.csv", "committees.csv", "committee_publications.csv")
    cases, committees, publications = (len(rows_of(folder, name)) for name in files)
    counts = f"{cases} cases, {committees} committees, {publications} publications"
    return [counts, *table_of(folder, vectors).lines()]


def names_of(knowledge: Knowledge) -> list[str]:
    return [item.acronym for item in knowledge.committees]


def plain_scores(knowledge: Knowledge, case: Row) -> Scores:
    """Plain BM25 over titles and scopes."""
    texts = [stems_of(f"{item.title} {item.scope}") for item in knowledge.committees]
    return Texts(texts).scores(stems_of(f"{case['title']} {case['scope']}"))


def timed(index: Index, case: Row) -> tuple[float, float]:
    """Seconds by the clock and of CPU, of the second time that a case is asked."""
    index.scores(case["title"], case["scope"])
    wall, cpu = perf_counter(), process_time()
    index.scores(case["title"], case["scope"])
    return perf_counter() - wall, process_time() - cpu


def vectors_for(folder: Path) -> Vectors | None:
    """The vectors of all that the folder says, worked out where they are missing; none without an encoder."""
    encoder_folder = Path(os.environ.get("ENCODER_DIR") or HOME / "encoder")
    if not stands_in(encoder_folder):
        return None
    vectors = Vectors(Path(os.environ.get("SPCG_VAR") or HOME) / "vectors", Encoder(encoder_folder))

    def say(done: int, of: int) -> None:
        sys.stderr.write(f"\rvectors: {done} of {of}" + ("\n" if done == of else ""))

    vectors.threads = os.cpu_count() or 1
    vectors.work_out(texts_of(knowledge_in(folder)), float("inf"), say)
    return vectors


def memory(folder: Path, vectors: Vectors | None) -> float:
    """Megabytes of this process, once it has answered every case."""
    index = Index(knowledge_in(folder), vectors)
    for case in rows_of(folder, "overlap_cases.csv"):
        index.scores(case["title"], case["scope"])
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def sizes(folder: Path, ways: list[str]) -> list[float]:
    """Megabytes of a process of its own that answers in each way."""
    asked = [sys.executable, "-m", "proposals.related.bench", str(folder)]
    # The interpreter and the module are our own; the folder is what the caller of the measure named.
    told = [subprocess.run([*asked, way], check=True, capture_output=True, text=True) for way in ways]  # noqa: S603
    return [float(answer.stdout) for answer in told]


def memories(folder: Path, ways: list[str]) -> list[str]:
    """The sizes in words; told only where the system tells them."""
    if not Path("/proc/self/status").exists():
        return []
    found = sizes(folder, ways)
    said = [f"a process that answers {way} takes {size:.0f} MB" for way, size in zip(ways, found, strict=True)]
    return [*said, f"so the encoder takes {found[1] - found[0]:.0f} MB more"] if len(found) == 2 else said


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path()
    if not all((folder / name).exists() for name in ("overlap_cases.csv", "committees.csv")):
        sys.stderr.write(f"{folder} holds no overlap_cases.csv and committees.csv.\n")
        return 1
    if arguments[1:]:
        sys.stdout.write(str(memory(folder, vectors_for(folder) if arguments[1] == MEANING else None)))
        return 0
    vectors = vectors_for(folder)
    lines = run(folder, vectors) + memories(folder, [WORDS, MEANING] if vectors else [WORDS])
    lines += [] if vectors else ["The sentence encoder is not there, so words alone were measured: make encoder"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
