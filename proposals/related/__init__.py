"""Whose work a text touches: pure functions over plain rows, without database, network or model."""
