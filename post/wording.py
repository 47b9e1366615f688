"""What a delivery's state and reason mean to a secretary: four plain states, each with the next step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from post.models import Delivery, Words

S, R = Delivery.State, Delivery.Reason

# The detail of a line whose organization sends the letter by its own mail system.
OUTSIDE = "outside"

_CORRECT = _("Correct the address in the contacts, so that the next letter arrives; forward this one by hand.")
_ASK = _("Ask the recipient to free the inbox or to let us through, then send to the missing.")
_TROUBLE = {
    R.NO_ADDRESS: Words(_("Address does not exist"), "", _CORRECT),
    R.MALFORMED: Words(_("Address does not exist"), R.MALFORMED.label, _CORRECT),
    R.FULL: Words(_("Inbox not accepting"), R.FULL.label, _ASK),
    R.NOT_ACCEPTING: Words(_("Inbox not accepting"), R.NOT_ACCEPTING.label, _ASK),
    R.TOO_LARGE: Words(_("Inbox not accepting"), R.TOO_LARGE.label, _("Send a link instead of the attachment.")),
    R.LATER: Words(_("Inbox not accepting"), _("The server kept asking to try later"), _ASK),
    R.NO_ANSWER: Words(_("Inbox not accepting"), R.NO_ANSWER.label, _("Check the address, then send to the missing.")),
    R.US: Words(
        _("Our problem"),
        R.US.label,
        _("Nothing is wrong with the address. Tell the administrator, then send to the missing."),
    ),
}
_DOUBTFUL = Words(
    S.DOUBTFUL.label,
    _("The connection broke after the mail was handed over"),
    _("Ask the recipient, then say whether it is sent again."),
)
_WAITING = {
    R.LATER: _("The server asked us to come back"),
    R.NO_ANSWER: _("The mail server did not answer; we try again"),
    R.US: _("Our mail server or our settings; we try again"),
}


def words_of(delivery: Delivery) -> Words:
    """State, why, and next step of one line of the ledger."""
    if delivery.state in (S.FAILED, S.BOUNCED):
        return _TROUBLE.get(delivery.reason, Words(_("Our problem"), "", _TROUBLE[R.US].next_step))
    if delivery.state == S.SENT:
        why = _("Possible duplicate: it may have arrived twice") if delivery.possible_duplicate else ""
        return Words(_("Sent"), why)
    if delivery.state == S.DOUBTFUL:
        return _DOUBTFUL
    if delivery.state == S.SKIPPED:
        outside = delivery.detail == OUTSIDE
        return Words(S.SKIPPED.label, _("Its organization sends the letter itself") if outside else R.INSIDE.label)
    if delivery.state == S.ABORTED:
        return Words(_("Stopped"), _("by %(who)s") % {"who": delivery.detail} if delivery.detail else "")
    return Words(S(delivery.state).label, _WAITING.get(delivery.reason, ""))
