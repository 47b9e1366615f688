"""What a finished PDF says about itself: its tags, its bookmarks, its claim to be accessible."""

from __future__ import annotations

import io

from pypdf import PdfReader


def reader_of(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def claims_accessibility(reader: PdfReader) -> bool:
    return "<pdfuaid:part>1</pdfuaid:part>" in metadata_of(reader)


def metadata_of(reader: PdfReader) -> str:
    """The XMP packet."""
    return reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def text_of_pages(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def bookmarks_of(reader: PdfReader) -> list[str]:
    """The titles of the outline in reading order."""

    def titles(outline):
        for entry in outline:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    return list(titles(reader.outline))


def tags_of(reader: PdfReader) -> list[str]:
    """The tags of the structure tree in reading order, by their standard names."""
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    roles, tags = root.get("/RoleMap", {}), []

    def walk(node) -> None:
        node = node.get_object()
        for child in node if isinstance(node, list) else [node]:
            child = child.get_object()
            if isinstance(child, dict):
                if "/S" in child:
                    tags.append(str(roles.get(child["/S"], child["/S"])).removeprefix("/"))
                if "/K" in child:
                    walk(child["/K"])

    walk(root["/K"])
    return tags


def fonts_of(reader: PdfReader) -> list[dict]:
    """Every font that a page uses."""
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def is_embedded(font: dict) -> bool:
    """Whether the file carries the letters themselves, and which characters they are."""
    descendant = font["/DescendantFonts"][0].get_object()
    files = {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"].get_object())
    return bool(files) and "/ToUnicode" in font
