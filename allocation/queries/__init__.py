"""Reads of the allocation app: the snapshot that the engine eats, the review of a plan, books and their history."""
