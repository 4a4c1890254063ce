"""The counter extract of docs/formats.md §1: what its files may look like and what their cells mean. No database, no clock."""
