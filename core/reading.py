"""What one page asks for twice is read once: within `reading()` the same question gets the first answer again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """For a page that only reads: it changes nothing meanwhile, so that every answer stays true to its end."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def read_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """A read with hashable arguments on which several others build. It returns whole values, never a QuerySet, and
    nobody changes them. Outside of `reading()` it is asked every time."""

    @wraps(function)
    def read(*args: Any) -> Any:
        known = _answers.get()
        if known is None:
            return function(*args)
        key = (function, *args)
        if key not in known:
            known[key] = function(*args)
        return known[key]

    return read
