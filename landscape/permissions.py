"""Who may do what in the landscape; no writes."""

from __future__ import annotations

from typing import Any

from organizations.permissions import can_administer, can_write
from organizations.permissions import can_comment as may_comment
from organizations.permissions import can_read as may_read
from organizations.standing import Role, standing_of


def can_read(user: Any, obj: Any = None) -> bool:
    """Whoever holds an appointment reads the landscape."""
    return may_read(user)


def can_edit(user: Any, area: Any = None) -> bool:
    """Secretaries with the right to write edit every area; the landscape is the group's document."""
    return can_write(user)


can_add = can_restore = can_close = can_open_again = can_edit


def can_comment(user: Any, area: Any = None) -> bool:
    """Members and secretaries comment; observers and the administrator read."""
    return may_comment(user)


def can_suggest(user: Any, area: Any = None) -> bool:
    """Whoever comments may suggest an edit of the text: members, and secretaries for an area that is not theirs."""
    return may_comment(user)


def can_judge(user: Any, area: Any) -> bool:
    """A secretary with the right to write of the organization that keeps the area; of any, where it is not known."""
    return standing_of(user).holds(Role.SECRETARY, area.owner, "may_write")


def can_accept(user: Any, suggestion: Any) -> bool:
    """Who judges the area's suggestions accepts and rejects them."""
    return can_judge(user, suggestion.subject)


can_reject = can_accept


def can_withdraw(user: Any, suggestion: Any) -> bool:
    """Only the author takes a suggestion back."""
    return may_comment(user) and suggestion.author_id == user.pk


def can_score(user: Any, area: Any = None) -> bool:
    """Members score. A secretary scores only when appointed as a member as well."""
    return standing_of(user).is_member


def can_open_round(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write open and close priority rounds."""
    return can_write(user)


can_close_round = can_open_round


def can_record_decision(user: Any, area: Any = None) -> bool:
    """Secretaries with the right to write record what the group decided about an area."""
    return can_write(user)


def can_confirm(user: Any, organization: Any = None) -> bool:
    """A secretary with the right to write says for the own organization that an area is still true."""
    return standing_of(user).holds(Role.SECRETARY, organization, "may_write")


def can_set_period(user: Any, obj: Any = None) -> bool:
    """The administrator sets after how long an area is stale."""
    return can_administer(user)


def can_take_baseline(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write take baselines of the register."""
    return can_write(user)


can_import = can_edit
