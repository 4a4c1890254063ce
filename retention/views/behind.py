"""A list of cases or requests narrowed to those behind one figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from branch_crm.core.models import Branch
from clients.views.value import asked_branch
from retention.forms_figures import BehindForm
from retention.queries.figures import Period
from retention.wording_figures import FIGURES, group_in_words, group_names


@dataclass(frozen=True)
class Behind:
    """which: figure, by and key for retention.queries.figures. group: in words, empty for the whole period."""

    branch: Branch
    period: Period
    which: Mapping[str, str]
    label: str | Promise
    group: str


def behind_figure(request: HttpRequest, figures: Iterable[str]) -> Behind | None:
    """None where the address names no figure of these, or the reader sees no figures."""
    if "figure" not in request.GET or not request.user.has_perm("retention.view_figures"):
        return None
    form = BehindForm(request.GET, figures=figures, today=timezone.localdate())
    if not form.is_valid():
        return None
    which, branch = form.narrowed, asked_branch(request)
    names = group_names(request.user, branch, by=which["by"])
    group = group_in_words(which["by"], which["key"], names) if which["by"] else ""
    return Behind(branch, form.period, which, FIGURES[which["figure"]], group)
