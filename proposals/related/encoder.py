"""Sentences to vectors: the forward pass of a BERT model in a folder, read as data; none of its code is run."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np

from proposals.related.wordpiece import Pieces

Rows = np.ndarray

NEEDED = ("config.json", "tokenizer.json", "model.safetensors")
KINDS = {"F32": np.float32, "F16": np.float16}
# So many word pieces at once keep the working memory small.
AT_ONCE = 1024
MOST_PIECES = 256


class Unusable(ValueError):
    """The folder holds no model that can be read; the text says why."""


def stands_in(folder: Path) -> bool:
    """Whether the files of a model lie in the folder."""
    return all((folder / name).is_file() for name in NEEDED)


def read_tensors(path: Path) -> dict[str, Rows]:
    """The tensors of a safetensors file, left on the disk until they are used."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > 10_000_000:
            raise Unusable(f"{path.name} is no safetensors file")
        header = json.loads(file.read(length))
    raw = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
    return {
        name: raw[slice(*item["data_offsets"])].view(KINDS[item["dtype"]]).reshape(item["shape"])
        for name, item in header.items()
        if item.get("dtype") in KINDS
    }


class Encoder:
    """One model. Raises Unusable for a folder whose model is not a BERT with word pieces, pooled by mean or first."""

    def __init__(self, folder: Path):
        try:
            self._read(folder)
        except Unusable:
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unusable(f"the model in {folder} cannot be read: {error}") from error

    def _read(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        if config["model_type"] != "bert" or config.get("hidden_act", "gelu") != "gelu":
            raise Unusable(f"a model of the kind “{config['model_type']}” cannot be read, only bert")
        self.first = _pooled_by_first(folder)
        self.heads, self.small = config["num_attention_heads"], config.get("layer_norm_eps", 1e-12)
        self.longest = min(_longest(folder), config["max_position_embeddings"])
        self.pieces = Pieces(folder / "tokenizer.json")
        tensors = read_tensors(folder / "model.safetensors")
        self.tensors = {name.removeprefix("bert."): values for name, values in tensors.items()}
        self.layers = [_Layer(self.tensors, n) for n in range(config["num_hidden_layers"])]
        self.size: int = config["hidden_size"]
        self.mark = _mark(folder)

    def encode(self, texts: Sequence[str], threads: int = 1) -> Rows:
        """One row of length 1 for each text."""
        numbers = [self.pieces.numbers(text, self.longest) for text in texts]
        alike: dict[int, list[int]] = defaultdict(list)
        for place, row in enumerate(numbers):
            alike[len(row)].append(place)
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        # Texts of one length together need no filling.
        groups = [some for length, places in alike.items() for some in _parts(places, max(AT_ONCE // length, 1))]
        with ThreadPoolExecutor(threads) as pool:
            made = pool.map(lambda some: self._forward(np.array([numbers[place] for place in some])), groups)
            for some, rows in zip(groups, made, strict=True):
                found[some] = rows
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    def _forward(self, numbers: Rows) -> Rows:
        count, length = numbers.shape
        part = "embeddings.{}.weight".format
        state = np.asarray(self.tensors[part("word_embeddings")][numbers], dtype=np.float32)
        state = (
            state + self.tensors[part("position_embeddings")][:length] + self.tensors[part("token_type_embeddings")][0]
        )
        norm = self.tensors[part("LayerNorm")], self.tensors["embeddings.LayerNorm.bias"]
        state = _normed(state.reshape(count * length, self.size), *norm, self.small)
        for layer in self.layers:
            state = layer.forward(state, count, length, self.heads, self.small)
        state = state.reshape(count, length, self.size)
        return state[:, 0] if self.first else state.mean(axis=1)


def _parts(places: list[int], count: int) -> list[list[int]]:
    return [places[start : start + count] for start in range(0, len(places), count)]


class _Layer:
    """One layer of attention and its two dense steps."""

    def __init__(self, tensors: dict[str, Rows], number: int):
        own = f"encoder.layer.{number}."

        def get(name: str) -> Rows:
            return np.asarray(tensors[own + name], dtype=np.float32)

        asked = [f"attention.self.{name}." for name in ("query", "key", "value")]
        self.asked = np.concatenate([get(name + "weight") for name in asked]).T.copy()
        self.asked_bias = np.concatenate([get(name + "bias") for name in asked])
        self.steps = {
            name: (get(f"{name}.dense.weight").T, get(f"{name}.dense.bias"))
            for name in ("attention.output", "intermediate", "output")
        }
        self.norms = {
            name: (get(f"{name}.LayerNorm.weight"), get(f"{name}.LayerNorm.bias"))
            for name in ("attention.output", "output")
        }

    def forward(self, state: Rows, count: int, length: int, heads: int, small: float) -> Rows:
        seen = self._step("attention.output", self._attention(state, count, length, heads))
        state = _normed(state + seen, *self.norms["attention.output"], small)
        inner = self._step("output", _gelu(self._step("intermediate", state)))
        return _normed(state + inner, *self.norms["output"], small)

    def _step(self, name: str, state: Rows) -> Rows:
        weight, bias = self.steps[name]
        found = state @ weight
        found += bias
        return found

    def _attention(self, state: Rows, count: int, length: int, heads: int) -> Rows:
        width = state.shape[1] // heads
        asked = (state @ self.asked + self.asked_bias).reshape(count, length, 3, heads, width)
        query, key, value = asked.transpose(2, 0, 3, 1, 4)
        weights = query @ key.transpose(0, 1, 3, 2)
        weights /= np.float32(np.sqrt(width))
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).transpose(0, 2, 1, 3).reshape(count * length, heads * width)


def _normed(state: Rows, weight: Rows, bias: Rows, small: float) -> Rows:
    state = state - state.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", state, state) / state.shape[1]
    state /= np.sqrt(spread + small)[:, None].astype(np.float32)
    return state * weight + bias


def _gelu(state: Rows) -> Rows:
    """By its usual approximation, which is within 0.001."""
    inner = state * state
    inner *= np.float32(0.044715)
    inner += 1
    inner *= state
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= state
    inner *= np.float32(0.5)
    return inner


def _pooled_by_first(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    pooling = json.loads(path.read_text()) if path.is_file() else {"pooling_mode_mean_tokens": True}
    modes = [name for name, chosen in pooling.items() if name.startswith("pooling_mode_") and chosen is True]
    if modes not in (["pooling_mode_mean_tokens"], ["pooling_mode_cls_token"]) or any(folder.glob("*_Dense")):
        raise Unusable("only a model that is pooled by mean or by its first piece can be read")
    return modes == ["pooling_mode_cls_token"]


def _longest(folder: Path) -> int:
    path = folder / "sentence_bert_config.json"
    stated = json.loads(path.read_text()).get("max_seq_length") if path.is_file() else None
    return min(stated or MOST_PIECES, MOST_PIECES)


def _mark(folder: Path) -> str:
    """Tells models apart, whatever their folder is called."""
    digest = sha256((folder / "config.json").read_bytes())
    digest.update((folder / "tokenizer.json").read_bytes())
    with (folder / "model.safetensors").open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]
