"""The books as intervals, for those below who count service by who served when (servicelog.holding)."""

#: Rows opened and closed on the same day served nobody.
INTERVALS = """
    SELECT client_id, advisor_id, starts, ends FROM allocation_assignment
    WHERE branch_id = %(branch)s AND (ends IS NULL OR ends > starts)
"""
