"""The loader on the project's own landscape file."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from core.dates import moment, today
from landscape.models import Area, AreaEntry, AreaMechanism
from landscape.services.loading import KINDS, load_areas, read_areas, split_mechanism
from organizations.services.committees import BadFile
from organizations.tests.factories import make_committee

FILE = Path(settings.BASE_DIR) / "spcg_portal" / "demo" / "landscape.csv"
HEAD = "name,description,committees,mechanism,source\n"


def codes_of(acronym: str) -> tuple[str, ...]:
    if acronym.startswith(("ISO/IEC", "IEC/ISO")):
        return ("ISO", "IEC")
    return ("ITU-T",) if acronym.startswith("ITU-T") else ("ISO",) if acronym.startswith("ISO") else ("IEC",)


@pytest.fixture
def catalogue(cast):
    for acronym in {name for row in read_areas(FILE) for name in row.committees}:
        make_committee(acronym, *codes_of(acronym))


def test_the_file_loads_whole_and_twice_changes_nothing(cast, catalogue):
    at = moment(today())
    assert load_areas(FILE, cast.iso_secretary, at) == {"added": 38, "unchanged": 0}
    entries = AreaEntry.objects.count()
    assert load_areas(FILE, cast.iso_secretary, at) == {"added": 0, "unchanged": 38}
    assert (Area.objects.count(), AreaEntry.objects.count()) == (38, entries)
    with open(FILE, encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert list(Area.objects.values_list("name", flat=True)) == names


def test_every_area_has_text_committees_and_a_mechanism_of_the_closed_list(cast, catalogue):
    load_areas(FILE, cast.iso_secretary, moment(today()))
    for area in Area.objects.prefetch_related("committees", "mechanisms"):
        assert area.text, area
        assert area.committees.all(), area
        assert area.mechanisms.all(), area
    used = set(AreaMechanism.objects.values_list("kind", flat=True))
    assert used <= set(AreaMechanism.Kind.values)
    first = Area.objects.first()
    assert [str(item) for item in first.mechanisms.all()] == [
        "Joint task force (J-SCTF)",
        "Joint technical committee",
        "Systems committee",
        "Liaison category A",
    ]


def test_an_edited_area_stays_as_it_is(cast, catalogue):
    from landscape.services.areas import edit_area

    load_areas(FILE, cast.iso_secretary, moment(today()))
    area = Area.objects.first()
    edit_area(area, cast.iso_secretary, area.version, text="Our own words.")
    load_areas(FILE, cast.iso_secretary, moment(today()))
    assert Area.objects.first().text == "Our own words."


def test_unknown_committees_and_kinds_are_listed_by_row_and_nothing_is_loaded(cast, tmp_path):
    make_committee("ISO/TC 1")
    path = tmp_path / "areas.csv"
    path.write_text(HEAD + "A,Text,ISO/TC 1; ISO/TC 9999,liaison,s\nB,Text,NO/TC 7,liaison,s\n")
    with pytest.raises(BadFile) as error:
        load_areas(path, cast.iso_secretary, moment(today()))
    assert [str(fault) for fault in error.value.faults] == [
        "row 2: committee “ISO/TC 9999” is not known",
        "row 3: committee “NO/TC 7” is not known",
    ]
    path.write_text(HEAD + "A,Text,ISO/TC 1,handshake: weekly,s\n,Text,,,\n")
    with pytest.raises(BadFile) as error:
        load_areas(path, cast.iso_secretary, moment(today()))
    assert [fault.row for fault in error.value.faults] == [2, 3]
    assert not Area.objects.exists()


@pytest.mark.parametrize("content", [b"", b"name;description\n", b"\xff\xfe\x00", b"x,y\n1,2\n"])
def test_a_file_of_another_kind_is_refused_with_a_reason(cast, tmp_path, content):
    path = tmp_path / "areas.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile) as error:
        load_areas(path, cast.iso_secretary, moment(today()))
    assert error.value.faults


def test_committees_are_found_by_their_other_spellings(cast, tmp_path):
    from organizations.models import CommitteeAlias

    committee = make_committee("ISO/IEC JTC 3", "ISO", "IEC")
    CommitteeAlias.objects.create(alias="IEC/ISO JTC 3", committee=committee)
    path = tmp_path / "areas.csv"
    path.write_text(HEAD + "A,Text,iec/iso jtc 3,other: by hand,s\n")
    load_areas(path, cast.iso_secretary, moment(today()))
    assert Area.objects.get().committees.get().committee == committee


def test_kinds_of_the_file_map_to_the_closed_list():
    assert {kind.value for kind in KINDS.values()} == set(AreaMechanism.Kind.values)
    assert split_mechanism(" Coordination group : CITS ") == ("collaboration_group", "CITS")
    with pytest.raises(ValueError, match="handshake"):
        split_mechanism("handshake")
