"""Text to the numbers of word pieces, as BERT's tokenizers do it, from a model's own tokenizer.json."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from pathlib import Path

LONGEST_WORD = 100


class Pieces:
    """The word pieces of one model. Raises ValueError for a tokenizer of another kind."""

    def __init__(self, path: Path):
        described = json.loads(path.read_text(encoding="utf-8"))
        model, normalizer = described["model"], described.get("normalizer") or {}
        if model.get("type", "WordPiece") != "WordPiece" or normalizer.get("type") != "BertNormalizer":
            raise ValueError(f"{path.name} is no tokenizer of word pieces")
        self.vocabulary: dict[str, int] = model["vocab"]
        self.prefix: str = model.get("continuing_subword_prefix", "##")
        self.lower = bool(normalizer.get("lowercase", True))
        accents = normalizer.get("strip_accents")
        self.bare = self.lower if accents is None else bool(accents)
        self.unknown, self.begin, self.end = (self.vocabulary[name] for name in ("[UNK]", "[CLS]", "[SEP]"))
        self._pieces_of = lru_cache(maxsize=50_000)(self._split)

    def numbers(self, text: str, longest: int) -> list[int]:
        """The numbers of a text with its begin and end, at most `longest`."""
        found = [number for word in self._words(text) for number in self._pieces_of(word)]
        return [self.begin, *found[: longest - 2], self.end]

    def _words(self, text: str) -> list[str]:
        text = text.lower() if self.lower else text
        if self.bare:
            text = "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
        return "".join(map(_spaced, text)).split()

    def _split(self, word: str) -> list[int]:
        """The longest known beginning, again and again; unknown as a whole where a rest has none."""
        found, start = [], 0
        while start < len(word) <= LONGEST_WORD:
            prefix = self.prefix if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self.vocabulary), 0)
            if not end:
                return [self.unknown]
            found.append(self.vocabulary[prefix + word[start:end]])
            start = end
        return found or [self.unknown]


@lru_cache(maxsize=10_000)
def _spaced(char: str) -> str:
    """Marks and ideographs are words of their own; what cannot be seen is none."""
    if char.isspace():
        return " "
    kind = unicodedata.category(char)
    if kind.startswith("C") or char == "\ufffd":
        return ""
    alone = kind.startswith("P") or (char.isascii() and not char.isalnum()) or "\u3400" <= char <= "\u9fff"
    return f" {char} " if alone else char
