"""A pytest plugin, loaded before the settings: tests run as a demonstration, with data of their own.

Each process of a parallel run has a folder and, where Redis is used, a database number of its own."""

import atexit
import os
import shutil
import tempfile


def _neighbour(redis_url: str, steps: int) -> str:
    """The Redis database so many numbers further on."""
    server, _, number = redis_url.rpartition("/")
    return f"{server}/{int(number) + steps}"


os.environ["DEMO"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
worker = os.environ.get("PYTEST_XDIST_WORKER")
if worker is None:
    os.environ["SPCG_VAR"] = tempfile.mkdtemp(prefix="spcg-test-")
    # The processes of a parallel run live inside this folder and end before it goes.
    atexit.register(shutil.rmtree, os.environ["SPCG_VAR"], ignore_errors=True)
else:
    os.environ["SPCG_VAR"] = os.path.join(os.environ["SPCG_VAR"], worker)
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _neighbour(os.environ["REDIS_URL"], 1 + int(worker.removeprefix("gw")))
