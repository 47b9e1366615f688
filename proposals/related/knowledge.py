"""What is known about committees, as plain rows; and the same without a committee that must not be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Known:
    """A committee of the catalogue; the scope is empty where it was not loaded."""

    acronym: str
    title: str
    scope: str = ""
    parent: str = ""
    kind: str = "TC"
    disbanded: bool = False
    bodies: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """A published standard of a committee."""

    acronym: str
    reference: str
    title: str


@dataclass(frozen=True)
class Twin:
    """A text that two committees published alike."""

    first: str
    second: str
    reference: str
    title: str = ""


@dataclass(frozen=True)
class Subject:
    """An area of the landscape with its committees."""

    name: str
    text: str
    committees: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What one committee answered to an earlier proposal: from 1, it wanted a part, to -1, no interest; to have been
    asked is a little above 0."""

    proposal: str
    title: str
    scope: str
    acronym: str
    weight: float

    @property
    def text(self) -> str:
        return f"{self.title}. {self.scope}"


@dataclass(frozen=True)
class Knowledge:
    """All that a suggestion may rest on."""

    committees: list[Known]
    publications: list[Published] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)

    @property
    def spelled(self) -> list[tuple[str, str]]:
        """Every way to write a committee with its acronym; an acronym goes before another committee's alias."""
        own = [(item.acronym, item.acronym) for item in self.committees]
        return own + [(alias, item.acronym) for item in self.committees for alias in item.aliases]

    @property
    def has_scopes(self) -> bool:
        return any(item.scope for item in self.committees)

    def without(self, acronyms: Iterable[str]) -> Knowledge:
        """The same without these committees and their descendants: neither ranked nor evidence for another."""
        gone = self.descendants(acronyms)
        if not gone:
            return self
        subjects = [
            replace(item, committees=tuple(name for name in item.committees if name not in gone))
            for item in self.subjects
        ]
        return Knowledge(
            [item for item in self.committees if item.acronym not in gone],
            [item for item in self.publications if item.acronym not in gone],
            [item for item in self.twins if item.first not in gone and item.second not in gone],
            subjects,
        )

    def descendants(self, acronyms: Iterable[str]) -> set[str]:
        """These committees with all that stand below them."""
        children: dict[str, list[str]] = {}
        for item in self.committees:
            children.setdefault(item.parent, []).append(item.acronym)
        gone: set[str] = set()
        waiting = [name for name in acronyms if name]
        while waiting:
            name = waiting.pop()
            if name not in gone:
                gone.add(name)
                waiting += children.get(name, [])
        return gone
