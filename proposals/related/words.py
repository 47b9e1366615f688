"""Words of a text, and committees that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words that say nothing about a subject, in English and in scopes of standardization.
STOP = frozenset(
    """a about above according after all also an and any applicable application applications are area areas as aspects
    associated at based be been being between both but by can committee committees concerned concerning considering
    cooperation coordination covers definition definitions development do does each etc excluded excluding exclusion
    exclusions field fields following for from further general guidance guide guideline guidelines had has have iec in
    include included includes including international into is iso it its itu joint jtc liaison may method methods more
    nature new not note of on or other others part particular particularly parts principle principles related relating
    relation relevant requirement requirements responsible scope sc series should specific specification specifications
    standard standardisation standardization standards subcommittee such task tc technical that the their them there
    these this those through to under use used uses using various well when where whether which while will with within
    work working""".split()
)
WORD = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*|\d+[a-z]+")
ENDINGS = (
    ("isations", "iz"), ("izations", "iz"), ("isation", "iz"), ("ization", "iz"), ("ologies", "olog"),
    ("ology", "olog"), ("ements", "e"), ("ement", "e"), ("ations", "at"), ("ation", "at"), ("ities", "it"),
    ("ity", "it"), ("ical", "ic"), ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""), ("ies", "y"),
    ("ers", "er"), ("ied", "y"), ("ed", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip


def stem(word: str) -> str:
    """A word without its usual ending, never shorter than three letters."""
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def words_of(text: str) -> list[str]:
    """The words that carry a subject, in small letters; of a word with hyphens also its parts."""
    found = []
    for word in WORD.findall(text.lower()):
        pieces = [word.replace("-", ""), *word.split("-")] if "-" in word else [word]
        found += [piece for piece in pieces if len(piece) > 1 and piece not in STOP]
    return found


def stems_of(text: str) -> list[str]:
    """The stems of the words that carry a subject."""
    return [stem(word) for word in words_of(text)]


NAMED = re.compile(
    r"(?:(?P<body>ISO\s*/\s*IEC|IEC\s*/\s*ISO|ISO|IEC|ITU-T)\b[\s/]*)?"
    r"\b(?P<kind>JTC|TC|PC|SYC|SG)\s*-?(?P<number>\d+)\b(?:\s*/\s*SC\s*(?P<sub>\d+))?"
    r"|\bSC\s*(?P<letter>\d+[A-Z])\b|\b(?P<policy>CASCO|COPOLCO|DEVCO|REMCO)\b",
    re.IGNORECASE,
)
Key = tuple[str, ...]


def key_of(acronym: str) -> Key | None:
    """What identifies a committee in running text: IEC TC 61, IEC/TC61 and TC 61 of IEC are one."""
    match = NAMED.search(acronym)
    return _key(match, acronym) if match else None


class Spellings:
    """How committees are written: by the key of their acronyms and aliases, or letter by letter where there is none."""

    def __init__(self, spelled: Iterable[tuple[str, str]]):
        self.by_key: dict[Key, str] = {}
        self.by_letter: dict[str, str] = {}
        for spelling, acronym in spelled:
            key = key_of(spelling)
            if key:
                self.by_key.setdefault(key, acronym)
            else:
                self.by_letter.setdefault(spelling, acronym)
        longest = sorted(map(re.escape, self.by_letter), key=len, reverse=True)
        self._letters = re.compile(rf"(?<![\w/])(?:{'|'.join(longest)})(?![\w/])") if longest else None

    def named_in(self, text: str, home: str) -> list[str]:
        """The known committees that a text names; a bare “TC 61” is one of the organization of `home`, whose text it
        is."""
        found = [self.by_key.get(_key(match, home)) for match in NAMED.finditer(text)]
        if self._letters:
            found += [self.by_letter[match[0]] for match in self._letters.finditer(text)]
        return list(dict.fromkeys(acronym for acronym in found if acronym and acronym != home))


def _key(match: re.Match[str], home: str) -> Key:
    if match["policy"]:
        return ("ISO", match["policy"].upper())
    if match["letter"]:
        return ("IEC", "SC", match["letter"].upper())
    kind = match["kind"].upper()
    body = "ISO/IEC" if kind == "JTC" else (match["body"] or home.split()[0].split("/")[0]).upper().replace(" ", "")
    return (body, kind, match["number"], match["sub"] or "")
