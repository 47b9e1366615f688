"""Why an upload is not accepted, in sentences for the person who sent it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class Refused(Exception):
    """The file is not accepted; `reason` says why, names the file and says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_damaged(shown: str) -> Refused:
    return Refused(_("“%(name)s” is damaged. Open it, save it again, and choose the new file.") % {"name": shown})


def is_protected(shown: str) -> Refused:
    return Refused(
        _("“%(name)s” is protected by a password. Remove the password and choose it again.") % {"name": shown}
    )


def has_macros(shown: str) -> Refused:
    return Refused(
        _("“%(name)s” holds macros or active controls. Save it in a format without them, such as .docx.")
        % {"name": shown}
    )


def has_too_many_parts(shown: str) -> Refused:
    return Refused(_("“%(name)s” has too many parts to be an ordinary document.") % {"name": shown})


def is_not_accepted(shown: str) -> Refused:
    return Refused(
        _(
            "“%(name)s” is not of a kind that is accepted. Choose a Word, Excel, PowerPoint, OpenDocument "
            "or PDF file, a picture (PNG, JPEG), or plain text."
        )
        % {"name": shown}
    )
