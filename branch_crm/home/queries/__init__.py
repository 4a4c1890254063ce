"""Reads of the home pages and the briefing: what a person wants to know of the branch, or of the own book, at first glance."""
