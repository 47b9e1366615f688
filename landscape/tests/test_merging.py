"""Edits of one text brought together: nothing accepted is ever lost, whatever the order."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape.merging import edits_between, merge

BASE = "Cities use standards.\n\n## Who works on it\n\nISO/TC 268 leads. ITU-T SG20 takes part.\n"


def test_edits_of_other_words_come_together():
    current = BASE.replace("Cities", "Towns and cities")
    proposed = BASE.replace("takes part", "has the internet of things")
    assert merge(BASE, current, proposed) == current.replace("takes part", "has the internet of things")


@pytest.mark.parametrize(
    ("current", "proposed"),
    [
        (BASE.replace("leads", "coordinates"), BASE.replace("leads", "does it all")),
        (BASE.replace("Cities use standards.\n", ""), BASE.replace("standards", "norms")),
        (BASE.replace("leads.", "leads. First."), BASE.replace("leads.", "leads. Second.")),
    ],
)
def test_edits_of_the_same_words_are_never_guessed(current, proposed):
    assert merge(BASE, current, proposed) is None


def test_edit_that_stands_already_is_no_contradiction():
    current = BASE.replace("leads", "coordinates")
    assert merge(BASE, current, current) == current


words = st.lists(st.sampled_from("alpha beta gamma delta\n\nepsilon. , the of".split(" ")), max_size=30)


@given(words, words)
def test_edits_turn_one_text_into_the_other(before, after):
    old, new = " ".join(before), " ".join(after)
    text, shift = old, 0
    for edit in edits_between(old, new):
        text = text[: edit.start + shift] + edit.text + text[edit.end + shift :]
        shift += len(edit.text) - (edit.end - edit.start)
    assert text == new


@st.composite
def texts_and_suggestions(draw):
    """A text with many repeated words and suggestions that each replace, insert or remove words of their own."""
    base = draw(st.lists(st.sampled_from(["the", "of", "area", "committee", "works.\n\n"]), min_size=4, max_size=25))
    suggestions = []
    for number in range(draw(st.integers(2, 5))):
        start = draw(st.integers(0, len(base)))
        end = min(len(base), start + draw(st.integers(0, 3)))
        fresh = [f"new{number}x{n}" for n in range(draw(st.integers(1, 3)))]
        suggestions.append((" ".join([*base[:start], *fresh, *base[end:]]), fresh))
    return " ".join(base), draw(st.permutations(suggestions))


@given(texts_and_suggestions())
def test_accepting_in_any_order_never_loses_anothers_accepted_text(drawn):
    """Seen red with a merge that returns the suggested text, as the last writer's, when nothing meets."""
    base, suggestions = drawn
    current, accepted = base, []
    for text, fresh in suggestions:
        merged = merge(base, current, text)
        if merged is not None:
            current = merged
            accepted.append(fresh)
        for words_of_one in accepted:
            assert " ".join(words_of_one) in current


@st.composite
def places_in_a_text(draw):
    """Suggestions for a text in which every word stands once: from which word to which, and what stands there then."""
    size = draw(st.integers(4, 12))
    made = []
    for number in range(draw(st.integers(2, 5))):
        start = draw(st.integers(0, size - 1))
        made.append((start, min(size, start + draw(st.integers(1, 3))), f"new{number}"))
    return [f"w{n}" for n in range(size)], draw(st.permutations(made))


@given(places_in_a_text())
def test_each_accepted_suggestion_stands_where_its_words_stood_and_no_two_take_the_same_words(drawn):
    """Seen red without the check of edits that meet: both of two edits of the same words were accepted."""
    base, suggestions = drawn
    current, accepted = " ".join(base), []
    for start, end, fresh in suggestions:
        merged = merge(" ".join(base), current, " ".join([*base[:start], fresh, *base[end:]]))
        if merged is not None:
            current = merged
            accepted.append((start, end, fresh))
    accepted.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(accepted))
    words_left, place = [], 0
    for start, end, fresh in accepted:
        words_left += [*base[place:start], fresh]
        place = end
    assert current == " ".join([*words_left, *base[place:]])


@given(texts_and_suggestions())
def test_two_suggestions_that_fit_give_the_same_text_in_either_order(drawn):
    base, [(one, _a), (other, _b), *_rest] = drawn
    assert merge(base, one, other) == merge(base, other, one)
