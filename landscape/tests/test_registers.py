"""Two states of the register compared: whatever they are, the other direction tells the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from documents.comparison import Change
from landscape.registers import AreaState, compare_registers, count_changes, text_changes, turned_line

words = st.lists(st.sampled_from(["liaison", "the", "group", "a", "b", ",", "\n"]), max_size=24).map(" ".join)
facts = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Cities", "Railways"]),
        "committees": st.lists(st.sampled_from([["ISO/TC 1", "leads"], ["IEC TC 2", "unknown"]]), max_size=2),
        "mechanisms": st.lists(st.sampled_from([["liaison", "A"], ["task_force", ""]]), max_size=2),
        "owner": st.sampled_from(["", "ISO"]),
        "source": st.just(""),
    },
    optional={"documents": st.lists(st.sampled_from(["SPCG-1", "SPCG-2A"]), max_size=2)},
)


@st.composite
def registers(draw):
    rows = {}
    for key in draw(st.sets(st.integers(1, 5), max_size=5)):
        rank = draw(st.none() | st.integers(1, 5))
        rows[key] = AreaState(key, f"area-{key}", draw(st.integers(1, 3)), draw(words), draw(facts), rank)
    return rows


@settings(deadline=None, max_examples=150)
@given(registers(), registers())
def test_compare_a_b_reversed_is_compare_b_a(a, b):
    """Seen red where the texts are compared in the direction in which they come."""
    there, back = compare_registers(a, b), compare_registers(b, a)
    assert [change.turned for change in there] == back
    assert [[turned_line(line) for line in change.lines] for change in there] == [change.lines for change in back]
    forth, home = count_changes(there), count_changes(back)
    assert (forth["came"], forth["went"]) == (home["went"], home["came"])
    assert {key: forth[key] for key in ("text", "rank")} == {key: home[key] for key in ("text", "rank")}


@settings(deadline=None)
@given(registers())
def test_a_register_compared_with_itself_has_not_changed(register):
    assert compare_registers(register, register) == []


@settings(deadline=None, max_examples=150)
@given(words, words)
def test_what_is_not_added_gives_the_text_before_and_what_is_not_removed_the_text_after(before, after):
    lines = text_changes(before, after)

    def read(without):
        found = ("".join(part.text for part in line if part.kind != without) for line in lines)
        return [line for line in found if line.strip()]

    assert read("added") == [line for line in before.split("\n") if line.strip()]
    assert read("removed") == [line for line in after.split("\n") if line.strip()]


def test_what_went_stands_before_what_came_also_when_turned():
    line = (Change("removed", "a"), Change("added", "b"), Change("same", " c"))
    assert turned_line(line) == (Change("removed", "b"), Change("added", "a"), Change("same", " c"))


def test_a_fact_that_one_state_does_not_keep_counts_as_the_same():
    old, new = AreaState(1, "a", 1, "T", {"name": "A"}), AreaState(1, "a", 2, "T", {"name": "A", "documents": ["X"]})
    assert compare_registers({1: old}, {1: new}) == []
