"""The file of spellings: all rows or none, bad rows by number, twice changes nothing; and spellings are understood."""

import pytest
from django.core.management import CommandError, call_command

from organizations.models import CommitteeAlias
from organizations.queries import find_committee
from organizations.tests.factories import make_committee

HEADING = "alias,acronym\n"
GOOD = HEADING + "ISO TC 20,ISO/TC 20\nCASCO,ISO/CASCO\n"


@pytest.fixture
def load(tmp_path, cast, capsys):
    make_committee("ISO/TC 20")
    make_committee("ISO/CASCO")

    def run(text: str) -> str:
        path = tmp_path / "aliases.csv"
        path.write_text(text, encoding="utf-8")
        call_command("import_committee_aliases", path)
        return capsys.readouterr().out.strip()

    return run


def test_spellings_are_added_and_twice_changes_nothing(load):
    assert load(GOOD) == "2 added, 0 changed, 0 unchanged"
    assert load(GOOD) == "0 added, 0 changed, 2 unchanged"
    assert CommitteeAlias.objects.count() == 2


def test_a_spelling_is_understood_in_any_case(load):
    load(GOOD)
    assert find_committee(" casco ").acronym == "ISO/CASCO"
    assert find_committee("iso tc  20").acronym == "ISO/TC 20"


def test_a_spelling_moves_to_the_committee_that_the_file_names(load):
    load(GOOD)
    assert load(HEADING + "casco,ISO/TC 20\n") == "0 added, 1 changed, 0 unchanged"
    assert find_committee("CASCO").acronym == "ISO/TC 20"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",ISO/TC 20", "the spelling is missing"),
        ("x" * 61 + ",ISO/TC 20", "the spelling is too long"),
        ("TC 404,ISO/TC 404", "the committee “ISO/TC 404” is not known"),
        ("iso/casco,ISO/TC 20", "“iso/casco” is the acronym of another committee"),
        ("Casco,ISO/TC 20", "an earlier row gives “Casco” to another committee"),
    ],
)
def test_a_bad_row_is_named_by_number_and_nothing_is_half_done(load, capsys, row, reason):
    with pytest.raises(CommandError, match="1 bad rows; nothing was changed"):
        load(f"{GOOD}{row}\n")
    assert capsys.readouterr().err.strip() == f"row 4: {reason}"
    assert not CommitteeAlias.objects.exists()


def test_a_file_without_the_columns_is_refused(load, capsys):
    with pytest.raises(CommandError):
        load("spelling\nx\n")
    assert "columns are missing: alias, acronym" in capsys.readouterr().err
