"""Proposals on paper: what leaves the portal as a document of its own."""
