"""What the early warning reads of a branch, as of any day."""

from retention.queries.risk.load_facts import load_facts

__all__ = ["load_facts"]
