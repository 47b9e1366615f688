"""Passages: chosen, found again after edits, marked in the page, never marked in the wrong place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.markdown import render_markdown
from landscape.passages import Mark, Passage, digest_of, find, marked, paragraphs, passage_at, plain_text

TEXT = """# Who works on it

The subjects overlap *most* in terminology & data. See [the plan](https://example.org/plan).

- ISO/TC 268 leads
- ITU-T SG20 takes part
"""


def chosen(words: str, text: str = TEXT) -> Passage:
    plain = plain_text(text)
    start = plain.index(words)
    return passage_at(plain, start, start + len(words))


def test_plain_text_is_what_the_reader_sees():
    assert plain_text(TEXT) == (
        "Who works on it The subjects overlap most in terminology & data. See the plan. "
        "ISO/TC 268 leads ITU-T SG20 takes part"
    )
    assert paragraphs(TEXT) == [
        "Who works on it",
        "The subjects overlap most in terminology & data. See the plan.",
        "ISO/TC 268 leads",
        "ITU-T SG20 takes part",
    ]


def test_passage_over_tags_is_marked_with_a_link_to_its_comment():
    html, found = marked(render_markdown(TEXT), [Mark(7, 1, "Comment 1", chosen("overlap most in terminology & data"))])
    assert found == {7}
    assert (
        "<mark>overlap </mark><em><mark>most</mark></em><mark> in terminology &amp; data</mark>"
        '<a class="note" id="passage-7" href="#remark-7" aria-label="Comment 1">1</a>. See' in html
    )


@pytest.mark.parametrize("words", ["See the plan", "the plan. ISO/TC 268", "plan"])
def test_link_to_a_comment_never_stands_inside_a_link(words):
    html, found = marked(render_markdown(TEXT), [Mark(7, 1, "Comment 1", chosen(words))])
    assert found == {7}
    assert re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", html, re.S) is None
    assert html.count('href="#remark-7"') == 1


def test_passage_survives_edits_elsewhere_and_right_beside_it():
    passage = chosen("ISO/TC 268 leads")
    later = "New first paragraph.\n\n" + TEXT.replace("ITU-T SG20 takes part", "ITU-T SG20 leads as well")
    start, end = find(passage, plain_text(later))
    assert plain_text(later)[start:end] == "ISO/TC 268 leads"


def test_passage_whose_words_are_gone_is_not_found():
    assert find(chosen("overlap most"), plain_text(TEXT.replace("*most*", "least"))) is None


def test_short_word_is_found_at_its_own_place_and_nowhere_else():
    text = "The committee meets in Geneva.\n\nAnother committee meets by video."
    passage = passage_at(
        plain_text(text), plain_text(text).rindex("committee"), plain_text(text).rindex("committee") + 9
    )
    start, _end = find(passage, plain_text(text))
    assert start == plain_text(text).rindex("committee")
    assert find(passage, plain_text("The committee meets in Geneva.")) is None


def test_two_passages_that_overlap_are_both_linked():
    marks = [Mark(1, 1, "Comment 1", chosen("subjects overlap")), Mark(2, 2, "Comment 2", chosen("overlap most"))]
    html, found = marked(render_markdown(TEXT), marks)
    assert found == {1, 2}
    assert "<mark><mark>" not in html


def test_digest_changes_with_the_words():
    assert digest_of("ISO leads") != digest_of("IEC leads")


words = st.lists(st.sampled_from(["the", "plan", "*most*", "&", "<b>", "a[1]", "\n\n", "- x", "`code`"]), max_size=25)


def test_passage_that_overlaps_with_the_same_words_is_found_at_its_own_place():
    plain = "the plan plan the"
    assert find(passage_at(plain, 8, 14), plain) == (8, 14)


@given(words, st.data())
def test_every_chosen_passage_is_found_where_it_was_chosen_and_nothing_of_the_text_is_lost(drawn, data):
    text = " ".join(drawn)
    html, plain = render_markdown(text), plain_text(text)
    if not plain:
        return
    start = data.draw(st.integers(0, len(plain) - 1))
    end = data.draw(st.integers(start + 1, len(plain)))
    passage = passage_at(plain, start, end)
    assert find(passage, plain) is not None
    written, found = marked(html, [Mark(1, 1, "Comment", passage)])
    assert found == {1}
    without = re.sub(r'<a class="note".*?</a>|</?mark>', "", written)
    assert plain_text(text) == plain
    assert re.sub(r"\s+", " ", without.replace("&quot;", '"')) == re.sub(r"\s+", " ", html.replace("&quot;", '"'))
