"""Loads the demonstration data through the services, which take `at=`: the moment recorded, nothing delivered."""
