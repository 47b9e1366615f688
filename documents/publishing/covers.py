"""The covers in use: a TD of ITU-T TSAG, a paper for a board, a meeting report, a circular letter."""

from __future__ import annotations

from collections.abc import Sequence

from documents.publishing.content import Body, Content, Cover, CoverRow, Run, Runs


def td_cover(
    *,
    number: str,
    study_period: str,
    meeting: str,
    source: str,
    title: str,
    abstract: str,
    action: str = "",
    question: str = "N/A",
    purpose: str = "Information",
    contact: Runs = "",
    contact_details: Runs = "",
    keywords: str = "",
) -> Cover:
    """The cover of a temporary document, as TSAG prints it; rows without a text are left out."""
    return Cover(
        kind="td",
        left=(
            "INTERNATIONAL TELECOMMUNICATION UNION",
            "TELECOMMUNICATION STANDARDIZATION SECTOR",
            Run(f"STUDY PERIOD {study_period}"),
        ),
        right=(number, "TSAG", "Original: English"),
        marker="TD",
        marker_after=1,
        rows=(
            CoverRow("Question(s):", question, meeting, rule=True, flush=True),
            *_rows([("Source:", source), ("Title:", title), ("Purpose:", purpose)]),
            CoverRow("Contact:", contact, contact_details, rule=True),
            *_ruled(_rows([("Keywords:", keywords), ("Abstract:", abstract), ("Action:", action)])),
        ),
    )


def board_cover(
    *, board: str, number: str, date: str, rows: Sequence[tuple[str, Runs]], kind_of_paper: str = ""
) -> Cover:
    """The cover of a paper for a technical board: its name and number above, then the rows given."""
    return Cover(
        kind="board",
        left=(board, Run(kind_of_paper)),
        right=(number, Run(date)),
        rows=_ruled(_rows(rows)),
    )


def meeting_cover(*, group: Sequence[str], number: str, date: str, rows: Sequence[tuple[str, Runs]]) -> Cover:
    """The cover of a meeting report: the group (one or two lines), the number and the date, then the rows given."""
    return Cover(kind="meeting", left=tuple(group), right=(number, Run(date)), rows=_ruled(_rows(rows)))


def letter_content(
    *,
    organization: str,
    office: str,
    address: str,
    reference: str,
    place_and_date: str,
    to: Runs,
    subject: str,
    salutation: str,
    body: Body,
    signatory: Sequence[str],
    formula: str = "Yours faithfully,",
    copy_to: Runs = "",
    contact: Runs = "",
    attachments: str = "",
    language: str = "en",
    draft: bool = False,
    footer_note: str = "",
) -> Content:
    """A circular letter; everything but the body belongs to one organization's cover.

    The signatory is name and function, one per line. The attachments are printed under
    the signature, so that the body is the same whatever an organization calls them.
    """
    above = _ruled(_rows([("Ref:", reference), ("Contact:", contact), ("To:", to), ("Copy to:", copy_to)]))
    annexes = [Run(f"\n{attachments}")] if attachments else []
    cover = Cover(
        kind="letter",
        left=(organization, Run(office)),
        right=(Run(place_and_date),),
        rows=(*above, *_ruled(_rows([("Subject:", Run(subject, bold=True))]))),
        salutation=salutation,
        closing=(Run(formula), *(Run(line) for line in signatory), *annexes),
        foot=f"{office}, {address}",
    )
    return Content(subject, language, cover, body, footer_note=footer_note, draft=draft, reference=reference)


def _rows(pairs: Sequence[tuple[str, Runs]]) -> tuple[CoverRow, ...]:
    rows = (CoverRow(label, value) for label, value in pairs)
    return tuple(row for row in rows if row.value)


def _ruled(rows: tuple[CoverRow, ...]) -> tuple[CoverRow, ...]:
    """The rows with a line above the first of them."""
    return tuple(
        CoverRow(row.label, row.value, row.right, rule=position == 0, flush=row.flush)
        for position, row in enumerate(rows)
    )
