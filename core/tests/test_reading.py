"""Within a page that only reads, the same question is asked once; outside of it, every time."""

import pytest

from core.reading import read_once, reading

ASKED = []


@read_once
def answer(word):
    ASKED.append(word)
    return [word]


@pytest.fixture(autouse=True)
def nothing_asked():
    ASKED.clear()


def test_the_same_question_is_asked_once_while_reading():
    with reading():
        assert answer("a") is answer("a")
        answer("b")
    assert ASKED == ["a", "b"]


def test_the_next_page_asks_anew():
    for _page in range(2):
        with reading():
            answer("a")
    assert ASKED == ["a", "a"]


def test_without_reading_every_question_is_asked():
    answer("a")
    answer("a")
    assert ASKED == ["a", "a"]


def test_an_error_ends_the_reading():
    answer("a")
    with pytest.raises(ZeroDivisionError), reading():
        answer(1 / 0)
    answer("a")
    assert ASKED == ["a", "a"]
