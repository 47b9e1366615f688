"""The words inside received files are found by those who see the proposal, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile

from core.dates import today
from core.models import SearchText
from documents.judge import judge_upload
from documents.publishing.formats import render
from documents.tests.factories import word_bytes
from documents.tests.samples import make_report
from proposals.models import ProposalWords
from proposals.services.circulation import circulate_proposal
from proposals.services.proposals import attach_proposal_file, edit_proposal
from proposals.services.reading import read_files
from proposals.tests.factories import make_circulated, make_proposal
from spcg_portal.found import found_by

READERS = ("iso_member", "iec_member", "observer")


def attach(proposal, by, data: bytes, name: str = "form.docx"):
    return attach_proposal_file(proposal, by, judge_upload(name, BytesIO(data)), ContentFile(data, name))


def kinds(user, query: str) -> list[str]:
    return [kind for _key, kind in found_by(user, query).rows]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("form.docx", word_bytes("Zirconia in bearings"), "zirconia"),
        ("annex.pdf", render(make_report(), "pdf").data, "Кириллица"),
    ],
)
def test_words_inside_a_received_file_find_its_proposal(cast, client_of, name, data, word):
    proposal = make_circulated(cast)
    attach(proposal, cast.iso_secretary, data, name)
    assert kinds(cast.iec_member, word) == []
    assert (read_files(), read_files()) == (1, 0)
    for reader in READERS:
        assert kinds(cast.fresh(reader), word) == ["proposal"], reader
    page = client_of("iec_member").get("/search/", {"q": word}).content.decode()
    assert f"<mark>{word}</mark>" in page.lower().replace(word.lower(), word)
    assert kinds(cast.outsider, word) == []


def test_words_inside_a_draft_s_file_are_found_by_secretaries_alone_until_it_is_circulated(cast, client_of):
    """Seen red with the audience of every proposal shared."""
    proposal = make_proposal(cast)
    attach(proposal, cast.iso_secretary, word_bytes("Zirconia in bearings"))
    read_files()
    for secretary in ("iso_secretary", "iec_secretary", "administrator"):
        assert kinds(cast.fresh(secretary), "zirconia") == ["proposal"], secretary
    for reader in (*READERS, "outsider"):
        for query in ("zirconia", "zirconea", "form.docx"):
            assert kinds(cast.fresh(reader), query) == [], (reader, query)
            page = client_of(reader).get("/search/", {"q": query}).content.decode().replace(query, "").lower()
            assert "zirconia" not in page
            assert "form.docx" not in page
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today() + timedelta(days=14))
    assert kinds(cast.observer, "zirconia") == ["proposal"]


def test_name_of_a_file_is_found_at_once(cast):
    attach(make_circulated(cast), cast.iso_secretary, word_bytes("Words"), "Cryptozoology annex.docx")
    assert kinds(cast.observer, "cryptozoology") == ["proposal"]


def test_file_that_cannot_be_read_is_written_down_and_not_tried_again(cast):
    proposal = make_circulated(cast)
    file = attach(proposal, cast.iso_secretary, word_bytes("Zirconia"))
    file.file.storage.delete(file.file.name)
    assert (read_files(), read_files()) == (1, 0)
    assert ProposalWords.objects.get().outcome == "unreadable"
    assert SearchText.objects.filter(kind="proposal", key=str(proposal.pk)).exists()


def test_edit_keeps_the_words_that_were_read(cast):
    proposal = make_circulated(cast)
    attach(proposal, cast.iso_secretary, word_bytes("Zirconia"))
    read_files()
    proposal.refresh_from_db()
    edit_proposal(proposal, cast.iso_secretary, proposal.version, scope="Another scope")
    assert kinds(cast.observer, "zirconia") == ["proposal"]
