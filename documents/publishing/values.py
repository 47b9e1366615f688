"""The plain values of a document, cleaned of what no format can carry."""

from __future__ import annotations

import re
from typing import Any

from django.utils.functional import Promise

# What XML 1.0 cannot carry or no document needs: control characters, lone surrogates, noncharacters,
# and the signs that turn the direction of the text that follows.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]"
)
_NEWLINES = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")


def clean_text(value: Any) -> str:
    """Text keeps everything a person can read; line ends become newlines, control characters go."""
    if not isinstance(value, (str, Promise)):
        raise ValueError(f"Text is expected here, not {type(value).__name__}.")
    value = str(value)
    return _UNPRINTABLE.sub("", _NEWLINES.sub("\n", value))


def one_line(value: Any) -> str:
    # Only ordinary blanks: a no-break space was put there on purpose.
    return re.sub(r"[ \t\n]+", " ", clean_text(value)).strip(" ")


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"True or false is expected here, not {value!r}.")
    return value


def whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"A whole number is expected here, not {value!r}.")
    return value
