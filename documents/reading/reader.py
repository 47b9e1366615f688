"""Run by itself, never imported by the portal: the file on standard input, its words on standard output.

Usage: reader.py KIND SECONDS. Ends with 0 when all was read, 3 when the words were cut, anything else on an error."""

from __future__ import annotations

import codecs
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, BinaryIO
from zipfile import ZipFile

MEMORY = 200 * 1024 * 1024
MOST_CHARACTERS = 500_000
_CUT = 3
_ENCODINGS = "ascii latin-1 cp437 cp1252 utf-8-sig utf-16 utf-16-le utf-16-be mac-roman charmap".split()
# The parts of a package that hold its words, and the tags that hold them there.
_PARTS = {
    "docx": (r"word/(document|footnotes|endnotes)\d*\.xml", {"t"}),
    "pptx": (r"ppt/(slides/slide|notesSlides/notesSlide)\d+\.xml", {"t"}),
    "xlsx": (r"xl/(sharedStrings|worksheets/sheet\d+)\.xml", {"t"}),
    "odt": (r"content\.xml", {"p", "h"}),
}
# Where one of these ends, a word ends; inside a paragraph of OpenDocument, a gap is an element.
_ENDS = {"p", "h", "br", "tab", "tc", "si", "is"}
_GAPS = ("{*}s", "{*}tab", "{*}line-break")


def limit(seconds: int) -> None:
    """From here on: so much memory with all that is loaded, so many seconds of the processor since the start, one small
    file written, and nothing more opened."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * MOST_CHARACTERS, 8 * MOST_CHARACTERS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def words_of_package(kind: str, stream: BinaryIO) -> Iterator[str]:
    pattern, tags = _PARTS[kind]
    with ZipFile(stream) as package:
        for entry in package.infolist():
            if re.fullmatch(pattern, entry.filename):
                with package.open(entry) as part:
                    yield from _words_of_part(part, tags)
                yield "\n"


def _words_of_part(part: BinaryIO, tags: set[str]) -> Iterator[str]:
    options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True}
    for _event, element in etree.iterparse(part, events=("end",), remove_pis=True, **options):
        name = etree.QName(element).localname
        if name in tags:
            yield _words_of(element)
        if name in _ENDS:
            yield "\n"
        if name in tags | _ENDS:
            element.clear(keep_tail=True)


def _words_of(element: Any) -> str:
    for gap in element.iter(*_GAPS):
        gap.text = " "
    return "".join(element.itertext())


def words_of_pdf(stream: BinaryIO) -> Iterator[str]:
    for page in PdfReader(stream, strict=False).pages:
        yield page.extract_text()
        yield "\n"


def words_of_text(stream: BinaryIO) -> Iterator[str]:
    head = stream.peek(3)[:3]
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    data = stream.read(4 * MOST_CHARACTERS)
    try:
        yield codecs.decode(data, encoding)
    except UnicodeDecodeError:
        yield data.decode("latin-1")


def tell(pieces: Iterator[str]) -> int:
    """Writes the words as they come, so that what was read before an end by force is kept."""
    told = 0
    for piece in pieces:
        clean = re.sub(r"[ \t\r\f\v\x00-\x08\x0e-\x1f]+", " ", piece)
        sys.stdout.write(clean[: MOST_CHARACTERS - told])
        told += len(clean)
        if clean.endswith("\n"):
            sys.stdout.flush()
        if told >= MOST_CHARACTERS:
            return _CUT
    return 0


def main(kind: str, seconds: str) -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="ignore")
    limit(int(seconds))
    if kind == "pdf":
        return tell(words_of_pdf(sys.stdin.buffer))
    if kind in _PARTS:
        return tell(words_of_package(kind, sys.stdin.buffer))
    return tell(words_of_text(sys.stdin.buffer))


def prepare(kind: str) -> None:
    """Loads now what is loaded lazily else: after the limits nothing is opened any more."""
    global PdfReader, etree
    for name in _ENCODINGS:
        codecs.lookup(name)
    if kind == "pdf":
        import pypdf

        for module in walk_packages(pypdf.__path__, "pypdf."):
            with suppress(ImportError):  # of packages that pypdf can do without
                import_module(module.name)
        PdfReader = pypdf.PdfReader
    else:
        from lxml import etree


if __name__ == "__main__":
    prepare(sys.argv[1])
    sys.exit(main(*sys.argv[1:3]))
