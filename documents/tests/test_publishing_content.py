import json
from time import process_time

import pytest
from django.utils.translation import gettext_lazy

from documents.publishing.content import (
    Content,
    Contents,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    Run,
    Table,
    body_from_json,
    body_to_json,
    fingerprint,
    from_json,
    para,
    short_fingerprint,
    to_json,
)
from documents.publishing.links import absolute_link, allowed_link
from documents.publishing.markdown import blocks_from_markdown
from documents.publishing.outline import clauses_of, with_contents
from documents.tests.samples import (
    REPORT_BODY,
    REPORT_LABELS,
    make_board_cover,
    make_hostile,
    make_letter,
    make_report,
)


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_content_survives_json(make):
    content = make()

    assert from_json(json.loads(json.dumps(to_json(content)))) == content
    assert body_from_json(json.loads(json.dumps(body_to_json(content.body)))) == content.body


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"version": 2, "title": "x"},
        {"version": 1},
        {"version": 1, "title": ""},
        {"version": 1, "title": 7},
        {"version": 1, "title": "x", "surprise": 1},
        {"version": 1, "title": "x", "body": "text"},
        {"version": 1, "title": "x", "body": [{"block": "iframe"}]},
        {"version": 1, "title": "x", "body": [{"block": "heading", "level": 9, "text": "x"}]},
        {"version": 1, "title": "x", "body": [{"block": "heading", "level": "1", "text": "x"}]},
        {
            "version": 1,
            "title": "x",
            "body": [{"block": "table", "caption": "", "header": ["a"], "rows": [["a", "b"]]}],
        },
        {
            "version": 1,
            "title": "x",
            "body": [{"block": "list", "items": [{"runs": "a", "below": {"block": "note", "runs": ""}}]}],
        },
        {"version": 1, "title": "x", "cover": "none"},
        {"version": 1, "title": "x", "draft": "yes"},
        {"version": 1, "title": "x", "language": "../../etc"},
    ],
)
def test_json_that_is_no_content_is_refused(data):
    with pytest.raises(ValueError):
        from_json(data)


def test_text_is_cleaned_where_it_is_made():
    assert para("a\x00b\x07\ud800\ufffe\u202ec\r\nd\u2028e") == para("abc\nd\ne")
    assert Heading(1, "  two\nlines\tand a\u00a0fixed blank ").text == "two lines and a\u00a0fixed blank"
    assert Content(gettext_lazy("Draft")).title == "Draft"


def test_runs_in_one_style_are_one_run():
    assert para("a", "b", Run("c", bold=True), Run("", italic=True)) == Paragraph((Run("ab"), Run("c", bold=True)))


def test_fingerprint_is_of_the_body_alone():
    td, tmb = make_report(), make_report(cover=make_board_cover(), title="Another", draft=True)

    assert fingerprint(td.body) == fingerprint(tmb.body)
    assert fingerprint(td.body) != fingerprint((*REPORT_BODY, para("One word more.")))
    assert fingerprint((para("SPCG"),)) == "ee77a74f2fa60ff2e4a19654413c458384c29ff4c545848d4fa88929734896bf"
    assert short_fingerprint("0123456789abcdef") == "0123 4567 89ab"


def test_fingerprint_does_not_depend_on_how_the_body_was_written():
    typed = (para("The ", Run("plan", bold=True), " is approved."), ListBlock(("One", "Two")))
    marked = blocks_from_markdown("The **plan** is approved.\n\n- One\n- Two")

    assert fingerprint(typed) == fingerprint(marked) == fingerprint(body_from_json(body_to_json(typed)))


def test_headings_are_numbered_by_the_engine():
    assert [clause.label for clause in clauses_of(REPORT_BODY)] == REPORT_LABELS


def test_headings_never_skip_a_level():
    body = (Heading(3, "a"), Heading(3, "b"), Heading(1, "c", numbered=False), Heading(2, "d"), Heading(1, "e"))

    clauses = clauses_of(body)

    assert [(clause.level, clause.label) for clause in clauses] == [
        (1, "1 a"),
        (2, "1.1 b"),
        (1, "c"),
        (2, "d"),
        (1, "2 e"),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.itu.int/a?b=c#d", "https://www.itu.int/a?b=c#d"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("/documents/SPCG-1/", "/documents/SPCG-1/"),
        ("https://exämple.org/ü%zz", "https://ex%C3%A4mple.org/%C3%BC%25zz"),
        ("javascript:alert(1)", ""),
        (" JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//evil.example/x", ""),
        ("/\\evil.example", ""),
        ("http:/x", ""),
        ("http://[x", ""),
        ("http://a:port/", ""),
        ("http://a/\r\nx", ""),
        ("relative/page", ""),
        ("mailto:nobody", ""),
        ("https://a.example/" + "x" * 3000, ""),
    ],
)
def test_links_are_web_mail_or_this_site(typed, kept):
    assert allowed_link(typed) == kept
    assert Run("x", link=typed).link == kept


def test_links_of_this_site_need_its_address():
    assert absolute_link("/meetings/8/", "https://portal.example") == "https://portal.example/meetings/8/"
    assert absolute_link("/meetings/8/", "") == ""
    assert absolute_link("https://iso.org/", "") == "https://iso.org/"


def test_markdown_becomes_blocks():
    body = blocks_from_markdown(
        "# One\n\nA *b* **c** [d](https://iso.org/) e\nf  \ng\n\n"
        "3. x\n   - y\n4. z\n\n| h | i |\n|---|---|\n| j | k |\n"
    )

    assert body == (
        Heading(1, "One"),
        para("A ", Run("b", italic=True), " ", Run("c", bold=True), " ", Run("d", link="https://iso.org/"), " e f\ng"),
        ListBlock((ListItem("x", ListBlock(("y",))), "z"), ordered=True, start=3),
        Table("", ("h", "i"), (("j", "k"),)),
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a <b>b</b> &lt;", "a <b>b</b> <"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("![picture](https://evil.example/p.png)", "picture"),
        ("`{{ 7*7 }}`", "{{ 7*7 }}"),
        ("> quoted", "quoted"),
    ],
)
def test_markdown_keeps_hostile_text_as_text(typed, printed):
    (block,) = blocks_from_markdown(typed)

    assert block == para(printed)


def test_markdown_lists_too_deep_lose_no_word():
    body = blocks_from_markdown("- a\n  - b\n    - c\n      - d\n        - e\n")

    assert body == (ListBlock((ListItem("a", ListBlock((ListItem("b", ListBlock(("c", "d", "e"))),))),)),)


def test_markdown_with_typed_numbers_gets_no_second_ones():
    typed = blocks_from_markdown("# 1 Background\n\n# 2 Next steps\n")
    mixed = blocks_from_markdown("# Background\n\n# 2020 in review\n")

    assert [clause.label for clause in clauses_of(typed)] == ["1 Background", "2 Next steps"]
    assert [clause.label for clause in clauses_of(mixed)] == ["1 Background", "2 2020 in review"]


def test_empty_and_endless_markdown_is_no_error():
    assert blocks_from_markdown("") == ()
    assert blocks_from_markdown("#") == ()
    assert len(blocks_from_markdown(">" * 5000 + "x")) <= 1
    assert blocks_from_markdown("a" + "*" * 20_000)


@pytest.mark.parametrize(("headings", "listed"), [(12, False), (13, True)])
def test_a_list_of_contents_stands_before_what_has_many_headings(headings, listed):
    body = tuple(Heading(1 + number % 2, f"Part {number}") for number in range(headings))
    assert with_contents(iter(body)) == ((Contents(), *body) if listed else body)


@pytest.mark.parametrize("piece", ["a\n", "a\\\n", "`a` ", "[a](b) ", "*a* ", "- a\n"])
def test_a_long_text_of_short_pieces_becomes_blocks_in_time_that_grows_with_its_length(piece):
    """Seen red: each line was written behind a copy of all before it, 18 s for fifty thousand letters."""
    begun = process_time()
    assert blocks_from_markdown(piece * (50_000 // len(piece)))
    assert process_time() - begun < 9
