"""A sentence encoder so small that a test can make it: words of its vocabulary lie along axes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

WORDS = "drones uncrewed aircraft food cocoa security privacy fuel cells".split()
# Words that mean the same share an axis.
AXES = {"drones": 0, "uncrewed": 0, "aircraft": 0, "food": 1, "cocoa": 1, "security": 2, "privacy": 2}
SIZE = 8


def write_model(folder: Path, **config) -> Path:
    """Writes config.json, tokenizer.json and model.safetensors with one layer that passes on what it gets."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, "##s", "##craft", "air"]
    values = {
        "model_type": "bert",
        "hidden_size": SIZE,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "max_position_embeddings": 32,
        **config,
    }
    (folder / "config.json").write_text(json.dumps(values))
    tokenizer = {
        "normalizer": {"type": "BertNormalizer", "lowercase": True, "strip_accents": None},
        "model": {"type": "WordPiece", "vocab": {name: number for number, name in enumerate(names)}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    _write_tensors(folder / "model.safetensors", _tensors(names))
    return folder


def _tensors(names: list[str]) -> dict[str, np.ndarray]:
    words = np.full((len(names), SIZE), 0.01)
    for number, name in enumerate(names):
        if name in WORDS:
            words[number, AXES.get(name, 3)] = 1
    zero, one = np.zeros(SIZE), np.ones(SIZE)
    tensors = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": np.zeros((32, SIZE)),
        "embeddings.token_type_embeddings.weight": np.zeros((2, SIZE)),
        "embeddings.LayerNorm.weight": one,
        "embeddings.LayerNorm.bias": zero,
    }
    for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
        tensors |= {f"encoder.layer.0.{name}.weight": np.zeros((SIZE, SIZE)), f"encoder.layer.0.{name}.bias": zero}
    for name, shape in (("intermediate.dense", (2 * SIZE, SIZE)), ("output.dense", (SIZE, 2 * SIZE))):
        tensors |= {
            f"encoder.layer.0.{name}.weight": np.zeros(shape),
            f"encoder.layer.0.{name}.bias": np.zeros(shape[0]),
        }
    for name in ("attention.output.LayerNorm", "output.LayerNorm"):
        tensors |= {f"encoder.layer.0.{name}.weight": one, f"encoder.layer.0.{name}.bias": zero}
    return tensors


def _write_tensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    header, body = {}, b""
    for name, values in tensors.items():
        raw = values.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + body)
