"""The files of publications and common texts: all rows or none, bad rows by number, twice changes nothing."""

import pytest
from django.core.management import CommandError, call_command

from organizations.models import CommonText, Publication
from organizations.tests.factories import make_committee

PUBLICATIONS = "acronym,reference,published,title\n"
COMMON = "itu_t_recommendation,iso_iec_standard,title,itu_t_study_group,iso_iec_committee,latest_itu_date\n"
GOOD = PUBLICATIONS + "ISO/TC 1,ISO 68-1:2023,2023-05,Screw threads\nISO/TC 1,ISO 261:1998,,Metric threads\n"
TWINS = COMMON + (
    "ITU-T X.1051,ISO/IEC 27011,Controls for telecommunications,ITU-T SG17,ISO/IEC JTC 1/SC 27,2023-01-01\n"
    "ITU-T X.400,ISO/IEC 10021-1,Message handling,,,1999\n"
)


@pytest.fixture
def load(tmp_path, cast, capsys):
    make_committee("ISO/TC 1")
    make_committee("ITU-T SG17", "ITU-T")
    make_committee("ISO/IEC JTC 1/SC 27", "ISO", "IEC")

    def run(command: str, text: str) -> str:
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        call_command(command, path)
        return capsys.readouterr().out.strip()

    return run


def test_publications_are_added_and_twice_changes_nothing(load):
    assert load("import_committee_publications", GOOD) == "2 added, 0 unchanged"
    assert load("import_committee_publications", GOOD) == "0 added, 2 unchanged"
    rows = Publication.objects.values_list("committee__acronym", "reference", "published")
    assert sorted(rows) == [("ISO/TC 1", "ISO 261:1998", ""), ("ISO/TC 1", "ISO 68-1:2023", "2023-05")]


def test_a_publication_that_stands_twice_in_the_file_is_taken_once(load):
    twice = GOOD + "ISO/TC 1,ISO 261:1998,,Metric threads\n"
    assert load("import_committee_publications", twice) == "2 added, 1 unchanged"


def test_bad_publications_are_listed_by_number_and_nothing_is_half_done(load, capsys):
    with pytest.raises(CommandError, match="nothing was changed"):
        load("import_committee_publications", GOOD + "ISO/TC 404,X 1,2020-13,\n")
    said = capsys.readouterr().err
    assert "row 4: the committee “ISO/TC 404” is not known" in said
    assert "row 4: “2020-13” is not a date" in said
    assert "row 4: the title is missing" in said
    assert not Publication.objects.exists()


def test_common_texts_are_added_corrected_and_twice_changes_nothing(load):
    assert load("import_common_texts", TWINS) == "2 added, 0 changed, 0 unchanged"
    assert load("import_common_texts", TWINS) == "0 added, 0 changed, 2 unchanged"
    assert load("import_common_texts", TWINS.replace("Message", "Mail")) == "0 added, 1 changed, 1 unchanged"
    text = CommonText.objects.get(standard="ISO/IEC 27011")
    assert (text.study_group.acronym, text.committee.acronym) == ("ITU-T SG17", "ISO/IEC JTC 1/SC 27")


def test_bad_common_texts_are_listed_by_number_and_nothing_is_half_done(load, capsys):
    with pytest.raises(CommandError, match="nothing was changed"):
        load("import_common_texts", TWINS + "ITU-T X.400,ISO/IEC 10021-1,Again,ITU-T SG404,,\n")
    said = capsys.readouterr().err
    assert "row 4: ITU-T X.400 | ISO/IEC 10021-1 stands in an earlier row" in said
    assert "row 4: the committee “ITU-T SG404” is not known" in said
    assert not CommonText.objects.exists()


@pytest.mark.parametrize("command", ["import_committee_publications", "import_common_texts"])
def test_a_file_without_the_columns_is_refused(load, command):
    with pytest.raises(CommandError):
        load(command, "acronym,name\nISO/TC 1,x\n")
