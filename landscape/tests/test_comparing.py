"""Texts made to be slow to compare: no page waits for them, and nothing of them is lost."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import comparison
from documents.comparison import compare_texts
from landscape import merging
from landscape.merging import edits_between, merge
from landscape.passages import Passage, find

SECONDS = 10  # on a busy machine; each takes less than one, and took minutes

_random = random.Random(2020)
SLOW = {
    "equal lines": ("a\n" * 25_000, "b\n" + "a\n" * 12_000 + "new\n" + "a\n" * 12_000 + "b\n"),
    "equal paragraphs": ("a\n\n" * 16_000, "a\n\n" * 8_000 + "- a\n" * 8_000),
    "every second line": (
        "\n".join(f"l{n}" for n in range(7_000)),
        "\n".join(f"{'x' * (n % 2)}l{n}" for n in range(7_000)),
    ),
    "two words": tuple("\n".join(" ".join(_random.choices("ab", k=1400)) for _n in range(17)) for _side in range(2)),
}


@pytest.mark.parametrize("name", SLOW)
def test_no_text_that_a_form_takes_holds_up_the_page(name):
    """Seen red: a suggestion of many equal lines was compared for minutes on every view of its area."""
    before, after = SLOW[name]
    began = time.process_time()
    lines = compare_texts(before, after)
    assert merge(before, before, after) == after
    assert merge(before, after, after) == after
    assert time.process_time() - began < SECONDS
    for kind, text in (("added", before), ("removed", after)):
        told = ("".join(part.text for part in line if part.kind != kind) for line in lines)
        assert [line for line in told if line.strip()] == [line for line in text.split("\n") if line.strip()]


def test_one_change_in_a_long_text_of_equal_lines_is_told_alone():
    before = "a\n" * 20_000
    after = "a\n" * 9_000 + "ab\n" + "a\n" * 10_999
    changed = [line for line in compare_texts(before, after) if line[0].kind != "same"]
    assert [[(part.kind, part.text) for part in line] for line in changed] == [[("removed", "a"), ("added", "ab")]]
    assert [edit.text for edit in edits_between(before, after)] == ["ab"]


def test_an_ordinary_long_text_is_compared_by_words():
    text = "\n\n".join(" ".join(f"word{_random.randrange(900)}" for _w in range(150)) for _p in range(40))
    after = text.replace("word7 ", "term7 ")
    changed = [line for line in compare_texts(text, after) if any(part.kind == "added" for part in line)]
    assert len(changed) > 1
    assert all(any(part.kind == "same" for part in line) for line in changed)
    assert max(len(edit.text) for edit in edits_between(text, after)) < 20


words = st.lists(st.sampled_from(["the", "of", "a\n", "a\n", "\n\n", "- x\n"]), max_size=30).map(" ".join)


@pytest.mark.parametrize("most", [(0, 0), (20, 0), (0, 50), (60, 60)])
def test_whatever_is_told_as_a_whole_gives_both_texts(monkeypatch, most):
    for module in (comparison, merging):
        monkeypatch.setattr(module, "MOST_WORDS_WORK", most[1])
    monkeypatch.setattr(comparison, "MOST_LINES_WORK", most[0])

    @given(words, words)
    def holds(before, after):
        text, shift = before, 0
        for edit in edits_between(before, after):
            text = text[: edit.start + shift] + edit.text + text[edit.end + shift :]
            shift += len(edit.text) - (edit.end - edit.start)
        assert text == after
        assert merge(before, before, after) == after
        for kind, wanted in (("added", before), ("removed", after)):
            told = ("".join(part.text for part in line if part.kind != kind) for line in compare_texts(before, after))
            assert [line for line in told if line.strip()] == [line for line in wanted.split("\n") if line.strip()]

    holds()


def test_a_passage_that_stands_ten_thousand_times_is_looked_for_in_bounded_time():
    """Seen red: fifty comments on such a text took eleven seconds of every view."""
    plain = "x" * 50_000
    began = time.process_time()
    for n in range(50):
        assert find(Passage("x" * 1000, "x" * 60, "x" * 60), plain) is not None
        assert find(Passage("x" * 1000, "y" * 60, f"{n}" * 60), plain) is None
    assert time.process_time() - began < SECONDS / 2
