"""Two or more acts at one instant, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep
from typing import Any

from django.db import connection

from core.moves import Refused


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads of their own from one barrier; returns what each gave, or the kind of its refusal."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait(timeout=10)
        try:
            return act()
        except Refused as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_the_middle(monkeypatch: Any, module: Any, name: str, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """`second` begins while `first` is inside the module's function `name`, with nothing committed yet."""
    inside, original = Event(), getattr(module, name)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        if not inside.is_set():
            inside.set()
            sleep(0.4)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, slowly)

    def later() -> Any:
        inside.wait(timeout=10)
        return second()

    return at_once(first, later)
