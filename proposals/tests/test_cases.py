"""The measured numbers of the suggestions on real cases, which are no part of the portal.

DATA names their folder, as for make bench-suggest; without it there is nothing to run here. The method itself is tested
in test_related and test_meaning."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from proposals.related import bench

FOLDER = os.environ.get("DATA", "")


@cache
def measured() -> bench.Table:
    """The table over all cases, worked out once."""
    folder = Path(FOLDER)
    return bench.table_of(folder, bench.vectors_for(folder))


def reached(way: str) -> dict[str, float]:
    return dict(zip(bench.MEASURES, bench.means(measured().rows[way]), strict=True))


if FOLDER:

    def test_words_alone_reach_their_recall_and_beat_plain_bm25():
        found, plain = reached(bench.WORDS), reached(bench.PLAIN)
        assert found["recall@20"] >= 0.41
        assert all(found[name] > plain[name] for name in bench.MEASURES)

    @pytest.mark.encoder
    def test_the_encoder_reaches_recall_coverage_and_precision():
        found = reached(bench.MEANING)
        assert found["recall@20"] >= 0.54
        assert found["other organizations"] >= 0.84
        assert found["precision@5"] >= 0.54

    @pytest.mark.encoder
    def test_a_question_takes_less_than_150_ms_warm():
        for taken in measured().seconds.values():
            assert float(np.median([cpu for _wall, cpu in taken])) < 0.15

    @pytest.mark.encoder
    def test_the_encoder_takes_at_most_350_mb_more():
        words, meaning = bench.sizes(Path(FOLDER), [bench.WORDS, bench.MEANING])
        assert meaning - words <= 350
