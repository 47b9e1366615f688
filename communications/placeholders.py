"""The fixed placeholders of a letter. What a person typed is only ever text: one pass replaces the known words in
single braces, and nothing that was put in is looked at again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

PLACEHOLDERS = {
    "salutation": _("the salutation of the cover page"),
    "name": _("the recipient's name"),
    "organization": _("ISO, IEC or ITU-T"),
    "committee": _("the recipient's committee"),
}
PERSONAL = ("name", "committee")
# {{7*7}} and {{name}} stay as typed: only single braces around one word count.
_WORD = re.compile(r"(?<!\{)\{([^\W\d]\w*)\}(?!\})")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")


def unknown_placeholders(*texts: str) -> list[str]:
    """The words in single braces that are no placeholder, as typed, each once."""
    words = [word for text in texts for word in _WORD.findall(text)]
    return [f"{{{word}}}" for word in dict.fromkeys(words) if word not in PLACEHOLDERS]


def uses_personal(*texts: str) -> bool:
    """Whether the texts differ from recipient to recipient."""
    return any(word in PERSONAL for text in texts for word in _WORD.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, once; words without a value stay as typed."""
    return _WORD.sub(lambda found: values.get(found[1], found[0]), text)


def fill_markdown(text: str, values: Mapping[str, str]) -> str:
    """As `fill`, for Markdown: a name is a name, whatever signs it holds."""
    return fill(text, {word: _MARKDOWN.sub(r"\\\1", value) for word, value in values.items()})
