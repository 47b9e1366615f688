"""What a history says of questions to committees, and how several become one sentence; no database."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

ASKED = gettext_lazy("asked %(committee)s for its interest")
NAMED = 2


def asked_together(texts: Sequence[str]) -> str:
    """“asked IEC TC 61, ISO/TC 159 and 1 more for their interest” out of the entries of several questions, in their
    order; empty where one of them says something else."""
    before, after = str(ASKED).split("%(committee)s")
    names = [text.removeprefix(before).removesuffix(after) for text in texts]
    if len(texts) < 2 or [f"{before}{name}{after}" for name in names] != list(texts):
        return ""
    more = len(names) - NAMED
    shown = [*names[:NAMED], ngettext("%(n)d more", "%(n)d more", more) % {"n": more}] if more > 0 else names
    return _("asked %(committees)s for their interest") % {"committees": get_text_list(shown, _("and"))}
