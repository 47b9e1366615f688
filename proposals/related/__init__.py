"""Whose work a text touches: pure functions over plain rows, without database, network or service."""

import os

# One thread of arithmetic for each that asks: on a busy machine several of them wait for each other in circles, and a
# question takes six times as long. Numpy reads it once, when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
