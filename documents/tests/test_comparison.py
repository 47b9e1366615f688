"""The comparison, word by word."""

import time

import pytest

from documents.comparison import Change, compare_texts


def text_without(kind, lines):
    return "\n".join(
        joined for line in lines if (joined := "".join(change.text for change in line if change.kind != kind))
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "New text."),
        ("Old text.", ""),
        ("One\nTwo\nThree", "One\nTwo and a half\nThree"),
        ("One\nTwo", "Zero\nOne\nTwo\nThree"),
        ("  indented\n- list", "  indented\n- lists"),
        ("Ünïcode — “quotes”", "Unicode — “quotes”!"),
    ],
)
def test_both_texts_can_be_read_from_the_comparison(before, after):
    lines = compare_texts(before, after)
    assert text_without("added", lines) == before
    assert text_without("removed", lines) == after


def test_only_the_words_that_changed_are_marked():
    assert compare_texts("The plan is a draft.", "The plan is approved.") == [
        (
            Change("same", "The plan is "),
            Change("removed", "a draft"),
            Change("added", "approved"),
            Change("same", "."),
        )
    ]


def test_long_texts_are_compared_in_reasonable_time():
    before = "\n".join(f"Paragraph {n} of the old text with some words." for n in range(3000))
    start = time.monotonic()
    compare_texts(before, before.replace("old", "new"))
    compare_texts("a b " * 50_000, "b a " * 50_000)
    assert time.monotonic() - start < 5
