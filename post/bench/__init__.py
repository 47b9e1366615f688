"""Benchmarks of the dispatch; `make bench-dispatch` and `make bench-faults`. Nothing of the portal imports them."""
