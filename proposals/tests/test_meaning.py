"""Suggestions by meaning: what words do not share is found, what is excluded is no evidence, what is missing is done
without; and what committees answered counts a little."""

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from landscape.models import Area
from organizations.models import Committee, Publication
from organizations.tests.factories import make_committee
from proposals.models import Interest, Related
from proposals.queries.knowledge import answers
from proposals.queries.related import index_of, ranking_version, suggestions_for
from proposals.queries.vectors import complete_vectors, vectors_under_way
from proposals.related.closeness import texts_of
from proposals.related.encoder import Encoder
from proposals.related.knowledge import Answered, Knowledge, Known, Published, Subject, Twin
from proposals.related.progress import Progress
from proposals.related.ranking import Index
from proposals.related.reasons import suggest
from proposals.related.vectors import Vectors
from proposals.services.suggestions import suggest_due
from proposals.services.vectors import encode_due
from proposals.tests.factories import make_circulated
from proposals.tests.models import write_model

COMMITTEES = [
    Known("ISO/TC 20", "Aircraft", "Aircraft.", bodies=("ISO",)),
    Known("ISO/TC 20/SC 16", "Uncrewed aircraft", "Aircraft.", "ISO/TC 20", "SC", bodies=("ISO",)),
    Known("IEC TC 105", "Fuel cells", "Fuel cells.", bodies=("IEC",)),
    Known("ITU-T SG17", "Security", "Privacy.", bodies=("ITU-T",)),
    Known("ISO/TC 34", "Food", "Food and cocoa.", bodies=("ISO",)),
]
ALL = Knowledge(
    COMMITTEES,
    [Published("ISO/TC 20/SC 16", "ISO 1", "Drones"), Published("ISO/TC 34", "ISO 2", "Cocoa")],
    [Twin("ITU-T SG17", "ISO/TC 34", "ITU-T X.1")],
    [Subject("Cocoa", "Cocoa everywhere.", ("IEC TC 105", "ISO/TC 34"))],
)


@pytest.fixture
def vectors(tmp_path):
    made = Vectors(tmp_path / "vectors", Encoder(write_model(tmp_path / "model")))
    made.work_out([*texts_of(ALL), *(f"{word}. {word}" for word in ("drones", "food"))], 60, lambda done, of: None)
    return made


def ranked(knowledge, vectors, title, scope="", **how):
    return {item.acronym: item for item in suggest(Index(knowledge, vectors), title, scope, **how)}


def test_a_committee_that_shares_no_word_is_found_by_meaning(vectors):
    knowledge = replace(ALL, publications=[Published("IEC TC 105", "IEC 1", "Drones")], subjects=[])
    words, meaning = ranked(knowledge, None, "Drones"), ranked(knowledge, vectors, "Drones")
    assert "ISO/TC 20" not in list(words)[:2]
    assert "ISO/TC 20" in list(meaning)[:3]
    assert "means something similar" in meaning["ISO/TC 20"].reason


def test_a_publication_close_in_meaning_is_named(vectors):
    found = ranked(replace(ALL, subjects=[]), vectors, "Uncrewed aircraft")
    assert "ublished ISO 1 on “Drones”" in found["ISO/TC 20/SC 16"].reason


def test_an_excluded_committee_has_no_part_in_any_evidence(vectors):
    """Neither its own vectors nor those below it, nor its links, nor what it answered."""
    clean = ALL.without(["ISO/TC 20"])
    index = Index(clean, vectors)
    answered = [Answered("2020-01", "drones", "drones", "ISO/TC 20/SC 16", 1.0)]
    assert index.close.titles.shape[0] == index.close.centres.shape[0] == 3
    assert index.close.texts.shape[0] == 1
    assert not [
        row for row in suggest(index, "Drones", "Drones", answers=answered) if "TC 20" in row.reason + row.acronym
    ]
    bare = Index(
        Knowledge(
            [item for item in COMMITTEES if "TC 20" not in item.acronym],
            clean.publications,
            clean.twins,
            clean.subjects,
        ),
        vectors,
    )
    assert index.scores("Cocoa", "Food", answers=answered)[0].tolist() == bare.scores("Cocoa", "Food")[0].tolist()


def test_vectors_that_are_missing_are_done_without(vectors, tmp_path):
    some = Vectors(tmp_path / "some", vectors.encoder)
    some.add([item.title for item in COMMITTEES])
    assert next(iter(ranked(ALL, some, "Cocoa"))) == "ISO/TC 34"


def test_titles_alone_are_ranked_by_meaning(vectors):
    titles = Knowledge([replace(item, scope="") for item in COMMITTEES])
    found = ranked(titles, vectors, "Privacy of food")
    assert not titles.has_scopes
    assert set(list(found)[:2]) == {"ISO/TC 34", "ITU-T SG17"}


def test_a_text_that_touches_nothing_suggests_nothing_by_meaning_either(vectors):
    assert ranked(ALL, vectors, "", "") == {}
    assert ranked(ALL, vectors, "qwertz", "½ \x00") == {}


@pytest.mark.parametrize("with_vectors", [False, True])
def test_answers_to_earlier_proposals_count_a_little(vectors, with_vectors):
    index = Index(replace(ALL, subjects=[]), vectors if with_vectors else None)
    before = dict(zip(index.names, index.scores("food", "food")[0], strict=True))

    def after(acronym, weight, text="food"):
        row = Answered("2020-07", text, text, acronym, weight)
        scores, parts = index.scores("food", "food", answers=[row])
        return scores[index.place[acronym]], parts["because"][index.place[acronym]]

    assert after("IEC TC 105", 1.0)[0] > before["IEC TC 105"]
    assert after("IEC TC 105", 1.0)[1] == "2020-07"
    assert after("ITU-T SG17", -1.0)[0] < before["ITU-T SG17"]
    assert after("IEC TC 105", 1.0, "drones")[0] == before["IEC TC 105"]
    assert before["ISO/TC 34"] == 1


def test_an_answer_is_a_reason_in_words(vectors):
    row = Answered("2020-07", "food", "food", "IEC TC 105", 1.0)
    found = ranked(replace(ALL, subjects=[]), vectors, "food", "food", answers=[row])
    assert "anted a part in 2020-07" in found["IEC TC 105"].reason


def test_in_public_neither_areas_nor_answers_take_part(vectors):
    row = Answered("2020-07", "food", "food", "ITU-T SG17", 1.0)
    for known in (None, vectors):
        index, bare = Index(ALL, known), Index(replace(ALL, subjects=[]), known)
        assert suggest(index, "Food", "Cocoa", public=True, answers=[row]) == suggest(bare, "Food", "Cocoa")
        assert suggest(index, "Food", "Cocoa") != suggest(index, "Food", "Cocoa", answers=[row])
    assert suggest(Index(ALL), "Food", "Cocoa") != suggest(Index(ALL), "Food", "Cocoa", public=True)


def test_the_best_of_each_organization_stand_behind_the_one_ranking():
    found = list(ranked(ALL, None, "Cocoa food", "Cocoa food", limit=1, each=1))
    assert found[0] == "ISO/TC 34"
    assert set(found[1:]) == {"IEC TC 105", "ITU-T SG17"}


@pytest.fixture
def encoder(tmp_path, settings):
    settings.ENCODER_DIR = write_model(tmp_path / "model")
    settings.VECTORS_DIR = tmp_path / "vectors"
    return settings


@pytest.fixture
def catalogue(cast):
    make_committee("ISO/TC 34", title="Food", scope="Cocoa.")
    make_committee("ISO/TC 20", title="Aircraft")
    committee = make_committee("IEC TC 105", "IEC", title="Fuel cells")
    Publication.objects.create(committee=committee, reference="IEC 1", title="Fuel cells for drones")


def test_words_answer_until_all_vectors_are_there(catalogue, encoder):
    before = ranking_version()
    assert (complete_vectors(), index_of().close) == (None, None)
    progress = encode_due()
    assert (progress.done, progress.of, progress.complete) == (5, 5, True)
    assert index_of().close is not None
    assert ranking_version() != before
    make_committee("ISO/TC 92", title="Security")
    assert complete_vectors() is None
    assert encode_due().of == 6
    assert [item.acronym for item in suggestions_for("Privacy", "Security")][0] == "ISO/TC 92"


def test_without_an_encoder_nothing_is_worked_out(catalogue):
    assert encode_due() is None
    with pytest.raises(CommandError, match="make encoder"):
        call_command("encode_committees")
    assert suggestions_for("Cocoa", "")[0].acronym == "ISO/TC 34"


def test_a_model_that_cannot_be_read_is_done_without(catalogue, encoder, tmp_path, caplog):
    encoder.ENCODER_DIR = write_model(tmp_path / "other", model_type="mpnet")
    assert suggestions_for("Cocoa", "")[0].acronym == "ISO/TC 34"
    assert "rest on words alone" in caplog.text


def test_a_pass_over_what_is_there_does_little(catalogue, encoder, django_assert_max_num_queries):
    encode_due()
    with django_assert_max_num_queries(2):
        assert encode_due().complete


def test_the_command_tells_how_far_it_is(catalogue, encoder, capsys):
    call_command("encode_committees")
    assert capsys.readouterr().out.splitlines() == ["5 of 5", "All 5 vectors are there."]


def test_the_command_for_suggestions_makes_what_it_needs_and_prints_json_alone(catalogue, encoder, capsys):
    call_command("suggest_committees", "--json", "--title", "Uncrewed", "--scope", "Drones", "--exclude", "IEC TC 105")
    said = capsys.readouterr()
    assert [row["acronym"] for row in json.loads(said.out)][:1] == ["ISO/TC 20"]
    assert said.err == "vectors: 3 of 3\n"


def test_the_command_answers_although_vectors_are_missing(catalogue, encoder, capsys):
    call_command("suggest_committees", "--json", "--title", "Cocoa", "--wait", "0")
    said = capsys.readouterr()
    assert json.loads(said.out)[0]["acronym"] == "ISO/TC 34"
    assert said.err.startswith("5 vectors are still missing")


def test_suggestions_are_worked_out_again_once_all_vectors_are_there(cast, catalogue, encoder):
    proposal = make_circulated(cast, title="Uncrewed", scope="Drones")
    assert suggest_due() == 1
    make_committee("ISO/TC 92", title="Security")
    assert suggest_due() == 0, "vectors are on their way: what stands is not worked out twice"
    encode_due()
    assert suggest_due() == 1
    assert Related.objects.get(proposal=proposal).rows[0]["acronym"] == "ISO/TC 20"


def answer(proposal, acronym, value):
    committee = Committee.objects.get(acronym=acronym)
    return Interest.objects.create(proposal=proposal, committee=committee, answer=value)


@pytest.mark.parametrize("with_encoder", [False, True])
def test_answers_improve_later_suggestions_and_stay_inside(cast, catalogue, request, with_encoder):
    if with_encoder:
        request.getfixturevalue("encoder")
        encode_due()
    earlier = make_circulated(cast, title="Food", scope="Cocoa food")
    answer(earlier, "ISO/TC 20", Interest.Answer.INTERESTED)
    later = make_circulated(cast, title="Cocoa food", scope="Food")
    suggest_due()
    row = {row["acronym"]: row for row in Related.objects.get(proposal=later).rows}["ISO/TC 20"]
    assert f"anted a part in {earlier.reference}" in row["reason"]
    own = [row["reason"] for row in Related.objects.get(proposal=earlier).rows]
    assert not [reason for reason in own if "wanted a part" in reason.lower()]
    public = suggestions_for("Cocoa food", "Food", public=True)
    assert not [item for item in public if earlier.reference in item.reason]


def test_a_draft_is_no_evidence(cast, catalogue):
    proposal = make_circulated(cast)
    answer(proposal, "ISO/TC 20", Interest.Answer.NONE)
    assert [(row.acronym, row.weight) for row in answers()] == [("ISO/TC 20", -1.0)]
    type(proposal).objects.update(circulated_at=None, state="draft")
    assert answers() == []


def test_the_page_shows_the_best_of_each_organization_and_how_far_the_vectors_are(cast, catalogue, encoder, client_of):
    proposal = make_circulated(cast, title="Cocoa", scope="Fuel cells of aircraft")
    suggest_due()
    Progress(encoder.VECTORS_DIR).write("v", 3, 5)
    shown = " ".join(client_of("observer").get(proposal.get_absolute_url()).content.decode().split())
    assert "Best per organization" in shown
    assert "3 of 5 titles, scopes and publications are compared by meaning" in shown
    assert "None is likely." in shown
    encode_due()
    assert vectors_under_way() is None


def test_areas_reach_no_public_suggestion(cast, catalogue):
    from landscape.tests.factories import make_area

    area = make_area(cast.iso_secretary, name="Sweets", text="Sweets and bakery.")
    assert area.state == Area.State.OPEN
    area.committees.create(committee=Committee.objects.get(acronym="ISO/TC 20"))
    assert [item.acronym for item in suggestions_for("Sweets", "Bakery")] == ["ISO/TC 20"]
    assert suggestions_for("Sweets", "Bakery", public=True) == []
