"""The moves of a proposal, on one screen. Whether comments are closed is no state: the clock says so."""

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from proposals import permissions as may
from proposals.models import ConsiderationList, Proposal

S = Proposal.State
SHARED = (S.CIRCULATED, S.RECOMMENDATION, S.FORWARDED, S.NO_ACTION, S.OUTCOME)
HANDLED = (S.RECOMMENDATION, S.FORWARDED, S.NO_ACTION, S.OUTCOME)

MOVES = table(
    Move("circulate", _("Circulate"), (S.DRAFT,), S.CIRCULATED, may.can_circulate),
    Move("extend", _("Extend the deadline"), (S.CIRCULATED,), S.CIRCULATED, may.can_extend),
    Move("draft", _("Draft a recommendation"), (S.CIRCULATED,), S.RECOMMENDATION, may.can_draft),
    Move("revise", _("Revise the recommendation"), (S.RECOMMENDATION,), S.RECOMMENDATION, may.can_revise),
    Move("propose", _("Ask for the approvals"), (S.RECOMMENDATION,), S.RECOMMENDATION, may.can_propose),
    Move("approve", _("Approve"), (S.RECOMMENDATION,), S.RECOMMENDATION, may.can_approve),
    Move("forward", _("Forward the comments"), (S.CIRCULATED, S.FORWARDED), S.FORWARDED, may.can_forward),
    Move("close", _("Close without action"), (S.CIRCULATED,), S.NO_ACTION, may.can_close),
    Move("record", _("Record the outcome"), HANDLED, S.OUTCOME, may.can_record),
    Move(
        "withdraw", _("Withdraw"), (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION, S.FORWARDED), S.WITHDRAWN, may.can_withdraw
    ),
    # Back to where it was, be it a draft or a recommendation.
    Move("reopen", _("Reopen"), (S.WITHDRAWN, S.NO_ACTION, S.FORWARDED), S.CIRCULATED, may.can_reopen),
)

# What changes no state has its states here, and the same predicates.
ACTS = table(
    Move("edit", _("Edit"), (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION), "", may.can_edit),
    Move("attach", _("Add a file"), (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION), "", may.can_attach),
    Move("consider", _("Answer the checklist"), (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION), "", may.can_consider),
    Move("adopt", _("Use the newer list"), (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION), "", may.can_adopt),
    Move("close_comments", _("Close the comments"), (S.CIRCULATED, S.RECOMMENDATION), "", may.can_close_comments),
    Move("receive", _("Record an e-mail"), SHARED, "", may.can_receive),
    Move("comment", _("Add a comment"), SHARED, "", may.can_comment),
    Move("dispose", _("Give the disposition"), SHARED, "", may.can_dispose),
    Move("ask", _("Ask a committee"), (S.CIRCULATED, S.RECOMMENDATION), "", may.can_ask),
    Move("declare", _("Declare an interest"), SHARED, "", may.can_declare),
    Move("submit", _("Submit to a board"), (S.RECOMMENDATION, S.OUTCOME), "", may.can_submit),
    Move("correct", _("Correct the submission"), (S.RECOMMENDATION, S.OUTCOME), "", may.can_correct),
    Move("note", _("Note the result"), (S.RECOMMENDATION, S.OUTCOME), "", may.can_note),
    Move("link", _("Add what came of it"), HANDLED, "", may.can_link),
    Move("unlink", _("Remove"), HANDLED, "", may.can_unlink),
)

# A list of considerations: once in force it never changes again.
LIST_MOVES = table(
    Move("edit", _("Edit"), (ConsiderationList.State.DRAFT,), ConsiderationList.State.DRAFT, may.can_prepare),
    Move(
        "enforce",
        _("Put in force"),
        (ConsiderationList.State.DRAFT,),
        ConsiderationList.State.IN_FORCE,
        may.can_prepare,
    ),
)
