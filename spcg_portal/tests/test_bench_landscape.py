"""The bench of the landscape fails, and says in a sentence which page misses which limit."""

import json
from types import SimpleNamespace

import pytest

from spcg_portal import bench_landscape
from spcg_portal.bench_pages import limit_beside


def found(queries: int, spent: float) -> dict:
    pages = {"map": [200, queries, spent], "history": [200, 6, 10.0]}
    return {"sizes": {"open areas": 40}, "limit": 30.0, "pages": pages}


@pytest.mark.parametrize(
    ("queries", "spent", "sentence"),
    [
        (12, 14.9, ""),
        (13, 10.0, "the page “map” with 1,000 areas takes 13 queries, not 12."),
        (12, 15.1, "the page “map” with 1,000 areas takes 1.51 times as long, more than 1.5."),
        (12, 31.0, "takes 31.0 ms, more than 30 and takes 3.10 times as long, more than 1.5."),
    ],
)
def test_a_missed_limit_is_a_sentence_and_an_exit_that_is_not_zero(monkeypatch, capsys, queries, spent, sentence):
    answers = iter([found(12, 10.0), found(queries, spent)])
    run = SimpleNamespace(run=lambda *_command, **_how: SimpleNamespace(stdout=json.dumps(next(answers))))
    monkeypatch.setattr(bench_landscape, "subprocess", run)
    assert bench_landscape.main([]) == (1 if sentence else 0)
    told = capsys.readouterr().out
    assert ("A limit is missed" in told) == bool(sentence)
    assert sentence in told


@pytest.mark.parametrize(("least", "limit"), [(1.5, 30.0), (3.0, 30.0), (6.0, 60.0)])
def test_the_limit_grows_with_what_the_least_page_takes_on_a_slower_machine(least, limit):
    assert limit_beside(least) == limit
