"""Reads of the advisors app: the skill table that the engine eats, and one advisor's skills with their reasons."""

from advisors.queries.skills import (
    ActivePolicy,
    AdvisorRow,
    active_policy,
    advisor_rows,
    skill_matrix,
    skill_matrix_after,
    skills_with_reasons,
)

__all__ = [
    "ActivePolicy",
    "AdvisorRow",
    "active_policy",
    "advisor_rows",
    "skill_matrix",
    "skill_matrix_after",
    "skills_with_reasons",
]
