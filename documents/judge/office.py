"""What an Office file is, and whether opening it would fetch something from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from lxml import etree

from documents.judge.refusal import Refused, has_macros, has_too_many_parts, is_not_accepted, is_protected

_LARGEST_SMALL_PART = 4 * 1024 * 1024
_MOST_RELATIONS = 4 * 1024 * 1024  # bytes in all parts together; a thousand links need a fortieth of it
_MOST_ELEMENTS = 1_000_000  # a text of a thousand pages has a tenth of it
_BLOCK = 256 * 1024
_OFFICE_MAIN_PARTS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_ODT = b"application/vnd.oasis.opendocument.text"
_HREF = "{http://www.w3.org/1999/xlink}href"
_ELSEWHERE = re.compile(r"\s*([a-z][a-z0-9+.-]+:|//|\\\\)", re.IGNORECASE)
_OF_THE_WEB = re.compile(r"\s*(https?:|ftp:|smb:|//|\\\\|file://[^/])", re.IGNORECASE)


def kind_of_office_file(shown: str, package: ZipFile) -> str:
    """The kind of a package whose parts are already known to be harmless in themselves."""
    names = set(package.namelist())
    if "[Content_Types].xml" in names:
        return _kind_of_openxml(shown, package)
    if "mimetype" in names:
        return _kind_of_opendocument(shown, package)
    if names & {"META-INF/MANIFEST.MF", "AndroidManifest.xml"}:
        raise is_not_accepted(shown)
    raise Refused(_("“%(name)s” is a ZIP archive. Unpack it and choose the files one by one.") % {"name": shown})


def _xml(package: ZipFile, part: str) -> etree._Element:
    if package.getinfo(part).file_size > _LARGEST_SMALL_PART:
        raise BadZipFile
    return etree.fromstring(
        package.read(part), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    )


# Word, Excel, PowerPoint ------------------------------------------------------------------------


def _kind_of_openxml(shown: str, package: ZipFile) -> str:
    types = _xml(package, "[Content_Types].xml")
    declared = [str(element.get("ContentType", "")) for element in types]
    if any("macroenabled" in found.lower() or "vbaproject" in found.lower() for found in declared):
        raise has_macros(shown)
    relations = [entry for entry in package.infolist() if entry.filename.casefold().endswith(".rels")]
    if sum(entry.file_size for entry in relations) > _MOST_RELATIONS:
        raise has_too_many_parts(shown)
    for entry in relations:
        _check_relationships(shown, _xml(package, entry.filename))
    main_type = _type_of(types, _main_part(package))
    if main_type.endswith("template.main+xml"):
        raise Refused(_("“%(name)s” is a template. Save it as an ordinary document.") % {"name": shown})
    for ending, kind in _OFFICE_MAIN_PARTS.items():
        if main_type.endswith(ending):
            return kind
    raise is_not_accepted(shown)


def _main_part(package: ZipFile) -> str:
    names = package.namelist()
    for relationship in _xml(package, "_rels/.rels") if "_rels/.rels" in names else ():
        part = str(relationship.get("Target", "")).lstrip("/")
        if str(relationship.get("Type", "")).endswith("/officeDocument") and part in names:
            return part
    raise BadZipFile


def _type_of(types: etree._Element, part: str) -> str:
    extension = part.rpartition(".")[2].casefold()
    by_extension = ""
    for element in types:
        if str(element.get("PartName", "")).casefold() == f"/{part}".casefold():
            return str(element.get("ContentType", ""))
        if str(element.get("Extension", "")).casefold() == extension:
            by_extension = str(element.get("ContentType", ""))
    return by_extension


def _check_relationships(shown: str, relationships: etree._Element) -> None:
    """Only hyperlinks may point elsewhere: everything else would be loaded when the file is opened."""
    for relationship in relationships:
        kind = str(relationship.get("Type", "")).rpartition("/")[2]
        external = str(relationship.get("TargetMode", "")).casefold() == "external"
        if kind == "hyperlink" or not (external or _ELSEWHERE.match(str(relationship.get("Target", "")))):
            continue
        if kind == "attachedTemplate":
            raise Refused(
                _(
                    "“%(name)s” is attached to a template outside of it. In Word, attach it to “Normal” "
                    "(Developer, Document Template), save it, and choose it again."
                )
                % {"name": shown}
            )
        raise _loads_from_elsewhere(shown, kind)


def _loads_from_elsewhere(shown: str, what: str) -> Refused:
    return Refused(
        _(
            "“%(name)s” would load something from elsewhere when it is opened (%(what)s). "
            " Put it into the file instead of linking to it."
        )
        % {"name": shown, "what": what}
    )


# OpenDocument -----------------------------------------------------------------------------------


def _kind_of_opendocument(shown: str, package: ZipFile) -> str:
    with package.open("mimetype") as part:
        if part.read(100).strip() != _ODT:
            raise is_not_accepted(shown)
    names = package.namelist()
    if "META-INF/manifest.xml" not in names or "content.xml" not in names:
        raise BadZipFile
    if any(str(element.tag).endswith("}encryption-data") for element in _xml(package, "META-INF/manifest.xml").iter()):
        raise is_protected(shown)
    for name in names:
        if name.endswith(("content.xml", "styles.xml", "meta.xml")):
            _check_links(shown, package, name)
    return "odt"


def _check_links(shown: str, package: ZipFile, name: str) -> None:
    """Element by element and without a tree, which a small file of many small elements would blow up."""
    parser = etree.XMLParser(target=_Links(shown), resolve_entities=False, no_network=True, load_dtd=False)
    with package.open(name) as part:
        while block := part.read(_BLOCK):
            parser.feed(block)
    parser.close()


class _Links:
    """Hears of every element of a part of an OpenDocument file."""

    def __init__(self, shown: str) -> None:
        self.shown, self.count = shown, 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if self.count > _MOST_ELEMENTS:
            raise has_too_many_parts(self.shown)
        if link := attributes.get(_HREF):
            self._check(link, tag.rpartition("}")[2])

    def _check(self, link: str, tag: str) -> None:
        if link.startswith("vnd.sun.star.script"):
            raise has_macros(self.shown)
        # A template of the writer's own computer is only named, never fetched.
        pattern = _OF_THE_WEB if tag == "template" else _ELSEWHERE
        # Inside the package links are written from its root: one that climbs leaves it.
        if tag != "a" and (pattern.match(link) or (link.startswith("../") and tag != "template")):
            raise _loads_from_elsewhere(self.shown, tag)

    def close(self) -> None:
        """What the parser calls at the end."""
