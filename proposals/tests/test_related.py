"""The ranking: plain rows in, reasons in words out; what is excluded is no evidence either."""

import json

import pytest
from django.core.management import call_command

from organizations.models import Publication
from organizations.tests.factories import make_committee
from proposals.related import bench
from proposals.related.knowledge import Knowledge, Known, Published, Subject, Twin
from proposals.related.ranking import Index
from proposals.related.reasons import suggest
from proposals.related.words import Spellings, stems_of

COMMITTEES = [
    Known("ISO/TC 20", "Aircraft and space vehicles", "Equipment of aircraft and space vehicles."),
    Known("ISO/TC 20/SC 16", "Uncrewed aircraft systems", "Drones; see also IEC TC 105.", "ISO/TC 20", "SC"),
    Known("IEC TC 105", "Fuel cell technologies", "Fuel cells for all applications."),
    Known("ITU-T SG17", "Security", "Security of telecommunication."),
    Known("ISO/IEC JTC 1/SC 27", "Information security", "Protection of information and privacy."),
    Known("ISO/TC 34", "Food products", "Food, except what ISO/TC 20 does."),
]
ALL = Knowledge(
    COMMITTEES,
    [Published("ISO/TC 20/SC 16", "ISO 21384-3", "Drone operations"), Published("ISO/TC 34", "ISO 1", "Cocoa beans")],
    [Twin("ITU-T SG17", "ISO/IEC JTC 1/SC 27", "ITU-T X.1051", "Security controls")],
    [Subject("Flying vehicles", "Drones over cities.", ("ITU-T SG17", "ISO/TC 20/SC 16"))],
)


def ranked(knowledge=ALL, title="Drones", scope="Operation of drones."):
    return {item.acronym: item for item in suggest(Index(knowledge), title, scope)}


def test_the_committee_whose_words_match_comes_first_with_reasons_in_words():
    found = ranked()
    first = next(iter(found.values()))
    assert (first.acronym, first.score) == ("ISO/TC 20/SC 16", 1.0)
    assert "scope names “drones”" in first.reason.lower()
    assert "published ISO 21384-3 on" in first.reason.replace("Published", "published")


def test_links_bring_in_committees_that_share_no_word():
    found = ranked()
    assert "arent of ISO/TC 20/SC 16" in found["ISO/TC 20"].reason
    assert "amed in the scope of ISO/TC 20/SC 16" in found["IEC TC 105"].reason
    assert "rea “Flying vehicles” of the landscape" in found["ITU-T SG17"].reason


def test_a_twin_text_is_a_reason():
    found = ranked(title="Telecommunication", scope="Telecommunication")
    assert "win text with ITU-T SG17 (ITU-T X.1051)" in found["ISO/IEC JTC 1/SC 27"].reason


def test_an_excluded_committee_and_its_descendants_are_neither_ranked_nor_evidence():
    found = ranked(ALL.without(["ISO/TC 20"]))
    assert set(found) == {"ITU-T SG17", "ISO/IEC JTC 1/SC 27"}
    assert not [item for item in found.values() if "ISO/TC 20" in item.reason]
    assert ALL.without(["ISO/TC 20"]).publications == [ALL.publications[1]]


@pytest.mark.parametrize(("title", "scope"), [("", ""), ("qwertz", "zzz zzz"), ("the of and", "\x00 ½ €")])
def test_a_text_that_touches_nothing_suggests_nothing(title, scope):
    assert suggest(Index(ALL), title, scope) == []


def test_no_knowledge_at_all_suggests_nothing():
    assert suggest(Index(Knowledge([])), "Drones", "Drones") == []


def test_titles_alone_are_enough_for_a_ranking():
    titles = Knowledge([Known(item.acronym, item.title) for item in COMMITTEES])
    found = suggest(Index(titles), "Fuel cell technologies of aircraft", "")
    assert [item.acronym for item in found[:2]] == ["IEC TC 105", "ISO/TC 20"]
    assert found[0].reason.startswith("Title names")


def test_a_disbanded_committee_is_ranked_lower_and_an_unknown_one_is_not():
    two = [Known("ISO/TC 1", "Drones", disbanded=True), Known("ISO/TC 2", "Drones")]
    assert [item.acronym for item in suggest(Index(Knowledge(two)), "Drones", "")] == ["ISO/TC 2", "ISO/TC 1"]


@pytest.mark.parametrize(
    ("text", "home", "found"),
    [
        ("as IEC/TC105 and TC 34 do", "ISO/TC 20", ["ISO/TC 34"]),
        ("with IEC TC 105", "ISO/TC 20", ["IEC TC 105"]),
        ("ISO / TC 20/SC 16; ISO/IEC JTC 1 / SC 27", "ISO/TC 34", ["ISO/TC 20/SC 16", "ISO/IEC JTC 1/SC 27"]),
        ("its own TC 20", "ISO/TC 20", []),
        ("with ISO Drones.", "ISO/TC 34", ["ISO/TC 20/SC 16"]),
    ],
)
def test_committees_are_found_in_running_text(text, home, found):
    known = Spellings([*ALL.spelled, ("ISO Drones", "ISO/TC 20/SC 16")])
    assert sorted(set(known.named_in(text, home)) & set(found)) == sorted(found)
    assert home not in known.named_in(text, home)


def test_endings_do_not_separate_words():
    assert stems_of("drones drone; technologies technology") == stems_of("drone drones; technology technologies")


@pytest.fixture
def catalogue(cast):
    make_committee("ISO/TC 20", title="Aircraft", scope="Aircraft and drones.")
    committee = make_committee("IEC TC 105", "IEC", title="Fuel cells")
    Publication.objects.create(committee=committee, reference="IEC 62282", title="Fuel cells for drones")


def suggested(capsys, *arguments):
    call_command("suggest_committees", "--json", *arguments)
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_the_command_prints_json_alone(catalogue, capsys):
    rows, said = suggested(capsys, "--title", "Drones", "--scope", "Aircraft", "--limit", "1")
    assert [set(row) for row in rows] == [{"acronym", "score", "reason"}]
    assert (rows[0]["acronym"], said) == ("ISO/TC 20", "")


def test_the_command_leaves_out_what_is_excluded(catalogue, capsys):
    rows, _said = suggested(capsys, "--title", "Drones", "--scope", "", "--exclude", "iso/tc 20")
    assert [row["acronym"] for row in rows] == ["IEC TC 105"]


def test_the_command_names_an_unknown_committee_and_goes_on(catalogue, capsys):
    rows, said = suggested(capsys, "--title", "Drones", "--exclude", "ISO/TC 404")
    assert len(rows) == 2
    assert "nothing to leave out: ISO/TC 404" in said


def test_the_command_says_that_scopes_are_missing(cast, capsys):
    make_committee("ISO/TC 20", title="Drones", scope="")
    rows, said = suggested(capsys, "--title", "Drones")
    assert rows[0]["acronym"] == "ISO/TC 20"
    assert said.startswith("Scopes are missing")


def test_the_bench_measures_cases_clean(tmp_path, capsys):
    (tmp_path / "committees.csv").write_text(
        "organization,acronym,kind,parent,title,scope,status\n"
        "ISO,ISO/TC 20,TC,,Aircraft,Aircraft and drones,active\nIEC,IEC TC 105,TC,,Fuel cells,Drones,active\n"
    )
    (tmp_path / "overlap_cases.csv").write_text(
        "title,scope,organization,resulting_committee,related_committees,also_acceptable\n"
        "Drones,Drones,ISO,ISO/TC 20,IEC TC 105,\n"
    )
    assert bench.main([str(tmp_path)]) == 0
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert table[2][-4:] == table[3][-4:] == ["1.000", "1.000", "0.200", "1.000"]
    assert bench.main([str(tmp_path / "none")]) == 1
