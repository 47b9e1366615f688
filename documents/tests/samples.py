"""Documents to publish in tests: one that reads like a real report, and one in which every field is hostile."""

from documents.publishing.content import (
    Attachment,
    Attachments,
    Content,
    Contents,
    Cover,
    CoverRow,
    EndRule,
    Heading,
    ListBlock,
    ListItem,
    Note,
    Run,
    Table,
    para,
)
from documents.publishing.covers import board_cover, letter_content, td_cover

SPCG = "IEC SMB/ISO TMB/ITU-T TSAG Standardization Programme Coordination Group (SPCG)"

REPORT_BODY = (
    Heading(1, "Background"),
    para("SPCG met twice in the period (reports SPCG-45 and SPCG-50)."),
    Heading(1, "Current situation"),
    para("Outcomes recorded in the period:"),
    Heading(2, "Proposals for new fields of technical activity"),
    para("The recommendation ", Run("SPCG-47B", link="/documents/SPCG-47B/"), " was submitted to ISO/TMB."),
    Note("Illustrative: two proposals are made up."),
    Heading(2, "Communication plan"),
    para("The group ", Run("approved", bold=True), " the plan, and ", Run("thanked", italic=True), " its authors."),
    Heading(2, "Communication work plan"),
    ListBlock((ListItem("Write the content", ListBlock(("First", "Second"), ordered=True)), "Begin")),
    Heading(2, "Effective coordination paper"),
    Table("Where the paper goes", ("Audience", "When"), (("Chairs", "December"), ("Convenors", "January"))),
    Heading(2, "Landscape of existing areas of coordination"),
    para("Łódź, Škoda, Ελληνικά, Кириллица."),
    Heading(1, "Next steps"),
    para("The 9th remote meeting is on 27 January 2021."),
    Heading(1, "Attachments", numbered=False),
    Attachments((Attachment("SPCG-43A", "Communications Plan 2020"), Attachment("SPCG-50", "Report", "draft"))),
    EndRule(),
)
REPORT_LABELS = [
    "1 Background",
    "2 Current situation",
    "2.1 Proposals for new fields of technical activity",
    "2.2 Communication plan",
    "2.3 Communication work plan",
    "2.4 Effective coordination paper",
    "2.5 Landscape of existing areas of coordination",
    "3 Next steps",
    "Attachments",
]
REPORT_SENTENCES = [
    "SPCG met twice in the period (reports SPCG-45 and SPCG-50).",
    "The recommendation SPCG-47B was submitted to ISO/TMB.",
    "Illustrative: two proposals are made up.",
    "The group approved the plan, and thanked its authors.",
    "Write the content",
    "Second",
    "Where the paper goes",
    "Convenors",
    "Łódź, Škoda, Ελληνικά, Кириллица.",
    "SPCG-43A Communications Plan 2020",
]


def make_td_cover(**overrides) -> Cover:
    values = {
        "number": "TSAG-TD900",
        "study_period": "2017–2020",
        "meeting": "Virtual, 11–18 January 2021",
        "source": SPCG,
        "title": "SPCG progress report",
        "contact": "ITU-T secretary",
        "contact_details": "Tel: +41 22 730 0000",
        "keywords": "SPCG; coordination",
        "abstract": "This TD reports on progress.",
        "action": "TSAG is invited to take note.",
    }
    return td_cover(**values | overrides)


def make_board_cover(**overrides) -> Cover:
    values = {
        "board": "ISO Technical Management Board",
        "number": "TMB/12",
        "date": "18 December 2020",
        "rows": (("Title:", "SPCG progress report"), ("Action:", "TMB is invited to take note.")),
    }
    return board_cover(**values | overrides)


def make_report(**overrides) -> Content:
    values = {"title": "SPCG progress report", "cover": make_td_cover(), "body": REPORT_BODY}
    return Content(**values | overrides)


def make_letter(**overrides) -> Content:
    values = {
        "organization": "International Electrotechnical Commission",
        "office": "IEC Central Office",
        "address": "3 rue de Varembé, 1211 Geneva 20, Switzerland",
        "reference": "AC/7/2020",
        "place_and_date": "Geneva, 15 December 2020",
        "to": "National Committees;\nChairs and secretaries",
        "subject": "Effective coordination",
        "salutation": "Dear Madam, dear Sir,",
        "body": (para("The boards have approved the attached paper."),),
        "signatory": ("IEC secretary", "for the General Secretary"),
        "attachments": "Annex: SPCG-32C",
    }
    return letter_content(**values | overrides)


HOSTILE = (
    '#eval("1") #read("/etc/passwd") $x$ *bold* _it_ @ref \\ //comment /* c */ '
    "<script>alert(1)</script> &amp; `raw` ]] #[x] -- ... 'q' \"q\" "
    "{{7*7}} {% now %} \x00\x07\ud800\ufffe{0} {page} %(x)s"
)
HOSTILE_PRINTED = HOSTILE.replace("\x00\x07\ud800\ufffe", "")


def make_hostile() -> Content:
    """Every field that a person can fill holds what a careless program would run."""
    return Content(
        HOSTILE,
        cover=Cover(
            left=(HOSTILE,),
            right=(HOSTILE,),
            rows=(CoverRow("Title:", HOSTILE), CoverRow(HOSTILE, HOSTILE, HOSTILE, rule=True, flush=True)),
            marker=HOSTILE,
            marker_after=9,
            salutation=HOSTILE,
            closing=(HOSTILE,),
            foot=HOSTILE,
        ),
        body=(
            Contents(),
            Heading(1, HOSTILE),
            para(HOSTILE, Run("here", link="javascript:alert(1)")),
            ListBlock((ListItem(HOSTILE, ListBlock((HOSTILE,), ordered=True, start=7)),)),
            Table(HOSTILE, (HOSTILE, "b"), ((HOSTILE, HOSTILE),)),
            Attachments((Attachment(HOSTILE, HOSTILE, HOSTILE, "https://example.org/?a=%22><script>"),)),
            Note(HOSTILE),
        ),
        footer_note=HOSTILE,
        draft=True,
        reference=HOSTILE,
    )
