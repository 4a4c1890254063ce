"""What a client's profile does not know yet, in the order in which a talk may ask for it."""

from __future__ import annotations

from clients.models import ClientProfile

#: One answer each, short enough for the end of a call; the rest is for the form of the profile.
ASKED = ("liquidity_need", "wealth_source", "experience_years", "goal_return_note", "wishes", "main_investments")


def profile_gaps(profile: ClientProfile | None) -> list[str]:
    """Names of the fields of `ASKED` that are still empty; all of them for a client without a profile."""
    return [name for name in ASKED if profile is None or getattr(profile, name) in ("", None)]
