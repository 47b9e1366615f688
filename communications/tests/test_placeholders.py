"""What is replaced, what stays as typed, what is refused."""

import pytest

from communications.placeholders import fill, fill_markdown, unknown_placeholders


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{name} of {committee}, {organization}", []),
        ("{nam} and {Name} and {nam}", ["{nam}", "{Name}"]),
        ("{{7*7}} {{name}} {{x}} ${y} {0} {} { name }", ["{y}"]),
        ("{name.__class__} {name!r} {name:>10}", []),
        ("{straße}", ["{straße}"]),
    ],
)
def test_unknown_placeholders_are_words_in_single_braces(text, unknown):
    assert unknown_placeholders(text) == unknown


def test_fill_is_one_pass():
    assert fill("{name} {committee}", {"name": "{committee}", "committee": "X"}) == "{committee} X"


@pytest.mark.parametrize("text", ["{{7*7}}", "{{name}}", "{% now %}", "{name.__class__}", "{0}"])
def test_whatever_looks_like_a_template_stays_as_typed(text):
    assert fill(text, {"name": "Ann"}) == text


def test_markdown_of_a_name_is_a_name():
    assert fill_markdown("{name}", {"name": "*A* [b](c) <i>"}) == r"\*A\* \[b\]\(c\) \<i\>"
