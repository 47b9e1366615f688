"""A pytest plugin, loaded before the settings: tests run as a demonstration, with data of their own."""

import os
import tempfile

os.environ["DEMO"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ["SPCG_VAR"] = tempfile.mkdtemp(prefix="spcg-test-")
