import json
import re
import subprocess
import sys

import pytest
import typst
from django.conf import settings

from documents.publishing import pdf
from documents.publishing.content import Content, Heading, Table, para
from documents.publishing.pdf import render_pdf
from documents.tests.papers import claims_accessibility, fonts_of, is_embedded, reader_of, tags_of
from documents.tests.samples import make_hostile, make_letter, make_report


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_pdf_is_tagged_titled_and_in_its_language(make):
    reader = reader_of(render_pdf(make()))
    root = reader.trailer["/Root"]

    assert claims_accessibility(reader)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == make().title
    assert reader.metadata.author == "SPCG"


def test_structure_says_what_everything_is():
    reader = reader_of(render_pdf(make_report(), "https://portal.example"))
    tags = tags_of(reader)

    assert [tag for tag in tags if tag in ("H1", "H2")] == ["H1", "H1", *["H2"] * 5, "H1", "H1"]
    assert {"Document", "P", "L", "LI", "LBody", "Table", "THead", "TH", "TBody", "TR", "TD", "Link"} <= set(tags)
    assert all("/StructParents" in page for page in reader.pages)
    assert {page["/Tabs"] for page in reader.pages if "/Annots" in page} <= {"/S"}


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_every_font_is_embedded(make):
    fonts = fonts_of(reader_of(render_pdf(make())))

    assert fonts
    assert all(is_embedded(font) for font in fonts)


def test_paper_holds_no_script_and_no_file_and_only_links_of_the_content():
    data = render_pdf(make_report(), "https://portal.example")
    reader = reader_of(data)

    assert reader.attachments == {}
    assert not any(word in data for word in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/SubmitForm"))
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]
    targets = {link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})}
    assert targets == {"https://portal.example/documents/SPCG-47B/"}


def test_pages_are_a4_and_numbered_with_a_head_from_the_second_on():
    rows = [(f"Row {number}", "words " * 20) for number in range(100)]
    content = make_report(body=(Table("Long", ("First", "Second"), rows),), reference="SPCG-52")

    pages = reader_of(render_pdf(content)).pages

    texts = [page.extract_text() for page in pages]
    assert len(pages) > 3
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(texts, start=1))
    assert [("SPCG-52" in text) for text in texts] == [False] + [True] * (len(pages) - 1)
    assert all("First Second" in text for text in texts[1:])
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(595, 842)}


@pytest.mark.parametrize("words", ["Łódź Škoda Ñandú Çelik ﬁn", "Ελληνικά", "Кириллица", "“quotes” – dashes … €"])
def test_letters_of_europe_are_set_and_accessible(words):
    reader = reader_of(render_pdf(Content(words, body=(para(words),))))

    assert claims_accessibility(reader)
    assert "".join(words.replace("ﬁ", "fi").split()) in "".join(
        reader.pages[0].extract_text().replace("ﬁ", "fi").split()
    )


def test_letters_without_a_font_are_no_error():
    reader = reader_of(render_pdf(Content("中文", body=(para("中文 and Latin"),))))

    assert "and Latin" in reader.pages[0].extract_text()


def test_the_template_can_read_nothing_but_its_own_folder(tmp_path):
    template = tmp_path / "paper" / "content.typ"
    template.parent.mkdir()
    template.write_text('#read("../secret.txt")')
    (tmp_path / "secret.txt").write_text("secret")

    with pytest.raises(typst.TypstError):
        typst.compile(str(template), root=str(template.parent), format="pdf")


def test_data_of_the_template_is_plain_text():
    content = make_hostile()

    data = json.dumps(pdf._Paper(content, "").data())

    assert json.loads(data)["title"] == content.title
    assert "javascript:" not in data


def test_a_long_table_is_complete_on_paper():
    rows = [(f"Row {number}", "word " * 8, "SPCG-47B", "15 December 2020") for number in range(1500)]

    pages = reader_of(render_pdf(Content("Long", body=(Table("Long", ("a", "b", "c", "d"), rows),)))).pages

    found = re.findall(r"Row (\d+) word", "\n".join(page.extract_text() for page in pages))
    assert [int(number) for number in found] == list(range(1500))


def test_no_row_of_a_table_is_broken_over_two_pages():
    """Red where the cells may be broken. The first column names the row, the last word of the second ends it."""
    rows = tuple((f"Row{n}", f"{'word ' * (90 + n)} end{n}") for n in range(100))
    pages = reader_of(render_pdf(Content("Rows", body=(Table("Rows", ("Name", "Text"), rows, widths=(1, 4)),)))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 9
    for text in texts:
        assert re.findall(r"Row(\d+)", text) == re.findall(r"end(\d+)", text)
        assert text.count("Name") == 1


LONG = "ISO/IEC-JTC-1/SC-42/WG-5/N-1234567-revised-version-of-the-paper"


def lines_of(*body) -> list[str]:
    pages = reader_of(render_pdf(Content("Long words", body=body))).pages
    return [line.replace("\u200b", "") for page in pages for line in page.extract_text().split("\n")]


@pytest.mark.parametrize(("widths", "most"), [((2, 9, 3), 24), ((1, 2, 1), 28), ((), 110)])
@pytest.mark.parametrize("word", [LONG, "Donaudampfschifffahrtsgesellschaftskapitaensmuetze", "W" * 60])
def test_a_word_longer_than_its_place_is_broken_and_complete(word, widths, most):
    """In a column, or in the text; after a mark where it has any. Seen red without the rule for columns, and where a
    word may break anywhere."""
    table = Table("Long", ("a", "b", "c"), (("1", "Text.", word),), widths=widths) if widths else None
    lines = lines_of(table or para(f"Some words of a sentence come first, so that it begins late. {word} ends."))
    first = next(n for n, line in enumerate(lines) if word[:2] in line)
    pieces, rest = [lines[first][lines[first].index(word[:2]) :]], first + 1
    while len("".join(pieces)) < len(word):
        pieces, rest = [*pieces, lines[rest]], rest + 1
    assert "".join(pieces).startswith(word)
    assert len(pieces) > 1 or not widths
    assert max(map(len, pieces)) <= most
    assert word != LONG or {piece[-1] for piece in pieces[:-1]} <= {"-", "/"}


def test_no_heading_is_left_alone_at_the_end_of_a_page():
    """Red with `sticky: false` in the template."""
    body = [part for n in range(150) for part in (Heading(2, f"Clause {n}"), *[para("A line.")] * (1 + n % 4))]

    pages = reader_of(render_pdf(Content("Many", body=tuple(body)))).pages

    last = [re.sub(r"(?m)^.*Page \d+ of \d+$", "", page.extract_text()).split("\n") for page in pages]
    assert len(last) > 10
    assert {[line for line in lines if line.strip()][-1] for lines in last} == {"A line."}


# Eight different documents of some thirty pages, and the highest memory after the first and after the last of them.
EIGHT_LONG_DOCUMENTS = """
import resource
from django.conf import settings
settings.configure(USE_I18N=False)
from documents.publishing.content import Content, para
from documents.publishing.pdf import render_pdf
for number in range(8):
    render_pdf(Content("Long", body=tuple(para("word " * 150 + f"{number}/{part}") for part in range(100))))
    if number in (0, 7):
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_of_long_documents_is_given_back():
    """Red without `_forget`: by then Typst remembers all eight, 100 MB and more."""
    command = [sys.executable, "-c", EIGHT_LONG_DOCUMENTS]
    told = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    first, last = map(int, told.split())
    assert last - first < 30
