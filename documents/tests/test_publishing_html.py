import re

import pytest
from lxml import html as lxml_html

from documents.publishing.content import Attachment, Attachments, Contents, ListBlock, Table, para
from documents.publishing.html import render_html, render_page_html
from documents.tests.samples import REPORT_BODY, make_hostile, make_letter, make_report


def parsed(fragment: str):
    return lxml_html.fromstring(str(fragment))


def test_fragment_has_the_look_of_the_mockup():
    article = parsed(render_html(make_report()))

    assert article.tag == "article"
    assert article.get("class") == "sheet a4"
    assert article.get("lang") == "en"
    cover = article.find("table")
    assert cover.get("class") == "td"
    assert cover.find("caption").text == "Cover of the document"
    labels = [label.text for label in cover.iter("th")]
    assert labels[:3] == ["Question(s):", "Source:", "Title:"]
    assert all(label.get("scope") == "row" for label in cover.iter("th"))
    assert article.find("h1").get("class") == "visually-hidden"


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_fragment_needs_no_exception_from_the_policy(make):
    fragment = render_html(make())

    # The tags are looked at, not the words: hostile words are printed as they are.
    for element in parsed(fragment).iter():
        assert element.tag not in ("script", "style", "img", "iframe", "link")
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}
        assert element.get("href", "#").startswith(("#", "/", "http://", "https://", "mailto:"))


@pytest.mark.parametrize(
    ("options", "tags"),
    [
        ({}, ["h1", "h2", "h3"]),
        ({"heading_level": 2}, ["h2", "h3", "h4"]),
        ({"heading_level": 2, "with_title": False}, ["h2", "h3"]),
    ],
)
def test_headings_begin_at_the_level_asked_for(options, tags):
    article = parsed(render_html(make_report(), **options))

    found = [element.tag for element in article.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert sorted(set(found)) == tags
    assert found[0] == tags[0]


def test_anchors_are_unique_and_reached_by_the_contents():
    article = parsed(render_html(make_report(body=(Contents(), *REPORT_BODY)), anchor_prefix="iso-"))

    anchors = article.xpath("//@id")
    assert len(anchors) == len(set(anchors)) == 9
    assert [target.removeprefix("#") for target in article.xpath("//nav//a/@href")] == anchors
    assert all(anchor.startswith("iso-clause-") for anchor in anchors)


def test_tables_have_scopes_and_headings_for_small_screens():
    table = parsed(render_html(make_report())).xpath("//table[contains(@class, 'cards')]")[0]

    assert [head.get("scope") for head in table.iter("th")] == ["col", "col"]
    assert [cell.get("data-th") for cell in table.iter("td")] == ["Audience", "When"] * 2
    assert table.find("caption").text == "Where the paper goes"


def test_a_list_that_starts_later_says_so():
    article = parsed(render_html(make_report(body=(ListBlock(("c",), ordered=True, start=3),))))

    assert article.find("ol").get("start") == "3"


def test_cells_keep_their_marks_and_words():
    article = parsed(render_html(make_report(cover=None, body=(Table("", ("<b>",), (("a\nb",),)), para("x\ny")))))

    assert article.find(".//thead/tr/th").text == "<b>"
    assert article.find(".//tbody/tr/td").get("data-th") == "<b>"
    assert len(article.findall(".//br")) == 2
    assert article.find(".//caption") is None


def test_page_is_whole_and_loads_nothing():
    page = render_page_html(make_report(draft=True), "https://portal.example").decode()
    root = lxml_html.document_fromstring(page)

    assert page.startswith("<!doctype html>")
    assert root.get("lang") == "en"
    assert root.findtext(".//title") == "SPCG progress report"
    assert root.xpath("//link | //script | //img | //iframe") == []
    assert not re.search(r"url\(|@import|src=", page)
    assert len(root.xpath("//h1")) == 1
    assert "@page{size:A4" in root.findtext(".//style")


def test_page_without_an_address_has_no_dead_links():
    assert lxml_html.document_fromstring(render_page_html(make_report()).decode()).xpath("//a") == []


def test_a_reference_stays_on_one_line_in_a_file_and_a_note_stands_in_brackets():
    body = (para("Approved as SPCG-47B & sent to ISO/TMB."), Attachments((Attachment("SPCG-50", "Report", "draft"),)))
    page = lxml_html.document_fromstring(render_page_html(make_report(body=body)).decode())

    assert page.xpath("//article/p/span[@class='ref']/text()") == ["SPCG-47B", "ISO/TMB"]
    assert page.xpath("string(//article/p[span])") == "Approved as SPCG-47B & sent to ISO/TMB."
    assert page.xpath("string(//article/ul/li)") == "SPCG-50 Report (draft)"
