"""Why a second person is asked, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branch_crm.core.models import Staff
from branch_crm.core.templatetags.badges import TIERS


def second_words(asked: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One sentence for each measure of allocation.domain.approval.second_needed."""
    words = []
    if moves := asked.get("moves"):
        words.append(
            _("%(figure)s clients change hands; from more than %(limit)s on a second person approves.")
            % {"figure": f"{moves['figure']:,}", "limit": f"{moves['limit']:,}"}
        )
    if value := asked.get("value"):
        words.append(
            _("%(figure)s of the branch's value changes hands; from more than %(limit)s on a second person approves.")
            % {"figure": f"{value['figure']:.1%}", "limit": f"{value['limit']:.0%}"}
        )
    if tier := asked.get("tier"):
        words.append(
            ngettext(
                "%(figure)d client of tier %(tier)s or above is among them.",
                "%(figure)d clients of tier %(tier)s or above are among them.",
                tier["figure"],
            )
            % {"figure": tier["figure"], "tier": TIERS[tier["limit"]]}
        )
    return words


def approver_names(people: Sequence[Staff]) -> str:
    """Names and roles in one line; empty for nobody."""
    return _(", ").join(
        _("%(name)s (%(role)s)") % {"name": person.name, "role": person.get_role_display()} for person in people
    )
