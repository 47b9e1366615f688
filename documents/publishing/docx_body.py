"""The text that stands in a Word file after its cover, whoever saved the file last: Word, LibreOffice or the portal.

Marks that an editor may move or drop (bookmarks) are not relied upon, so nothing can be added around them unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from zipfile import ZipFile

from lxml import etree

LARGEST_PART = 20 * 1024 * 1024
_PART = "word/document.xml"
# Words that were taken out; and what is no word leaves a mark where it stands.
_GONE = {"del", "moveFrom", "Fallback"}
_MARKS = {"drawing", "pict", "object", "altChunk", "footnoteReference", "endnoteReference", "sym", "oMath", "subDoc"}
_SIGNS = {"br": "\n", "cr": "\n", "p": "\n", "tab": " ", "noBreakHyphen": "\u2011"}
_OFF = {"0", "false", "off"}
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}


def body_lines(stream: BinaryIO) -> list[str]:
    """The lines after the cover (the table that stands first), without their white space; empty lines do not count.
    Nothing for a file that is no Word file, is damaged or too large. The stream is seekable."""
    stream.seek(0)
    try:
        with ZipFile(stream) as package:
            if package.getinfo(_PART).file_size > LARGEST_PART:
                return []
            with package.open(_PART) as part:
                text = "".join(_Reader(part).pieces())
    except Exception:  # noqa: BLE001 a file made to hurt raises anything; it is then one that cannot be read
        return []
    return [words for line in text.split("\n") if (words := " ".join(line.split()))]


class _Reader:
    """Walks along the part and keeps nothing of what it has passed."""

    def __init__(self, part: BinaryIO) -> None:
        self.events = etree.iterparse(part, events=("start", "end"), **_SAFE)
        self.depth = self.gone = 0
        self.in_cover = self.hidden = False
        self.first = True

    def pieces(self) -> Iterator[str]:
        for event, element in self.events:
            name = etree.QName(element).localname
            yield self._begun(name) if event == "start" else self._ended(name, element)

    def _begun(self, name: str) -> str:
        self.depth += 1
        if self.depth == 3 and self.first and name in ("p", "tbl", "sdt"):
            self.in_cover, self.first = name == "tbl", False
        self.gone += name in _GONE
        if name == "r":
            self.hidden = False
        return f"[{name}]" if name in _MARKS and not self.gone and not self.in_cover else ""

    def _ended(self, name: str, element: etree._Element) -> str:
        piece = self._piece(name, element.text)
        self.depth -= 1
        self.gone -= name in _GONE
        if name == "vanish":
            self.hidden = not _OFF & set(element.values())
        if self.depth == 2:
            self.in_cover = False
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
        return piece

    def _piece(self, name: str, text: str | None) -> str:
        if self.in_cover or (name != "p" and (self.gone or self.hidden)):
            return ""
        return text or "" if name == "t" else _SIGNS.get(name, "")
