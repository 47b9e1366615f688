"""The catalogue's file: all rows or none, bad rows by number, twice changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from organizations.models import Committee

HEADING = "organization,acronym,kind,parent,title,scope,status\n"
GOOD = HEADING + (
    "ISO,ISO/TC 1,TC,,Screw threads,Threads.,active\n"
    "ISO,ISO/TC 1/SC 1,SC,ISO/TC 1,Basics,,active\n"
    "ISO/IEC,ISO/IEC JTC 1,JTC,,Information technology,IT.,active\n"
)


@pytest.fixture
def file(tmp_path, cast):
    def write(text: str, encoding: str = "utf-8"):
        path = tmp_path / "committees.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def test_committees_are_added_with_parents_and_both_organizations(file, capsys):
    call_command("import_committees", file(GOOD))
    assert capsys.readouterr().out == "3 added, 0 changed, 0 unchanged\n"
    assert Committee.objects.get(acronym="ISO/TC 1/SC 1").parent.acronym == "ISO/TC 1"
    assert Committee.objects.get(acronym="ISO/IEC JTC 1").codes == ["ISO", "IEC"]


def test_the_same_file_twice_changes_nothing(file, capsys):
    call_command("import_committees", file(GOOD))
    call_command("import_committees", file(GOOD, "utf-8-sig"))
    assert capsys.readouterr().out.endswith("0 added, 0 changed, 3 unchanged\n")


def test_a_blank_scope_keeps_the_one_on_record(file):
    call_command("import_committees", file(GOOD))
    call_command("import_committees", file(GOOD.replace("Threads.", "").replace("Screw threads", "Screws")))
    committee = Committee.objects.get(acronym="ISO/TC 1")
    assert (committee.title, committee.scope) == ("Screws", "Threads.")


def test_bad_rows_are_listed_by_number_and_nothing_is_half_done(file, capsys):
    bad = GOOD + (
        "ISO,ISO/TC 1,TC,,Again,,active\nWHO,WHO/1,TC,,Health,,active\nISO,ISO/TC 9,XX,ISO/TC 404,,,sleeping\n,,,,,,\n"
    )
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("import_committees", file(bad))
    said = capsys.readouterr().err
    assert "row 5: ISO/TC 1 stands in an earlier row" in said
    assert "row 6: “WHO” is not an organization" in said
    assert "row 7: its parent “ISO/TC 404” is not known" in said
    assert "row 7: the title is missing" in said
    assert "row 8: the acronym is missing" in said
    assert Committee.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("acronym,title\nISO/TC 1,Threads\n", "utf-8"), ("", "utf-8"), (GOOD + "ISO,É,TC,,x,,active\n", "utf-16")],
)
def test_a_file_that_is_none_is_refused_in_words(file, text, encoding):
    with pytest.raises(CommandError):
        call_command("import_committees", file(text, encoding))
    assert Committee.objects.count() == 0


def test_a_missing_file_is_refused_in_words(cast, tmp_path):
    with pytest.raises(CommandError):
        call_command("import_committees", tmp_path / "none.csv")
