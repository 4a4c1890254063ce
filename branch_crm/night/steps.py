"""What one night does for one branch, step by step. Every step may be run again: it finds its own work done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from allocation.services.adopt_counter_holders import adopt_counter_holders
from allocation.services.close_notice import close_ended_notices
from allocation.services.find_service_reviews import find_service_reviews
from allocation.services.flag_reviews import flag_reviews
from allocation.services.leavers_of_night import look_after_leavers
from allocation.services.note_overdue_requests import note_overdue_requests
from allocation.services.publish_due_plans import publish_due_plans
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch
from branch_crm.core.services.prune_notifications import prune_notifications
from clients.services.import_drop_folder import import_drop_folder
from clients.services.prune_behaviour_runs import prune_behaviour_runs
from clients.services.prune_exports import prune_exports
from clients.services.prune_scoring_runs import prune_scoring_runs
from clients.services.read_behaviour import read_behaviour
from clients.services.rescore import rescore
from retention.services.evaluate_risk import ask_when_due
from retention.services.open_cases_of_signs import open_cases_of_signs
from retention.services.prune_risk_runs import prune_risk_runs
from retention.services.retire_script import tell_expiring_scripts
from retention.services.score_risk import score_risk
from retention.services.tell_due_drills import tell_due_drills
from retention.services.verify_cases import verify_cases
from servicelog.services.raise_follow_ups import raise_follow_ups
from servicelog.services.raise_tasks import raise_tasks
from servicelog.services.work_out_scorecards import work_out_running_months


@dataclass(frozen=True)
class Night:
    """`day` is the business day whose data the night works on; `session` the last trading day up to it.

    `books_on` is the day that begins behind this night: plans that take effect on it come into force.
    """

    branch: Branch
    day: date
    session: date
    books_on: date
    progress: Progress


def bring_in_extract(night: Night) -> dict[str, Any]:
    """One entry a run: state, and per dataset rows read, added, changed, unchanged, rejected."""
    runs = import_drop_folder(branch=night.branch, progress=night.progress)
    return {
        "imports": {
            str(run.pk): {
                "state": run.state,
                "rows": {
                    row.dataset: [row.read, row.added, row.changed, row.unchanged, row.rejected]
                    for row in run.datasets.all()
                },
            }
            for run in runs
        }
    }


def adopt_holders(night: Night) -> dict[str, Any]:
    return {"adopted": adopt_counter_holders(branch=night.branch, on=night.day)}


def score(night: Night) -> dict[str, Any]:
    run = rescore(branch=night.branch, as_of=night.session, progress=night.progress)
    return {"scoring_run": run.pk, "clients": run.clients}


def read_personas(night: Night) -> dict[str, Any]:
    run = read_behaviour(branch=night.branch, as_of=night.session, progress=night.progress)
    return {"behaviour_run": run.pk}


def read_risk(night: Night) -> dict[str, Any]:
    run = score_risk(branch=night.branch, as_of=night.session, progress=night.progress)
    asked = ask_when_due(branch=night.branch, policy=run.policy, on=run.as_of)
    cases = open_cases_of_signs(branch=night.branch)
    return {"risk_run": run.pk, "clients": run.clients, "cases": cases, "evaluation_asked": asked}


def close_notices(night: Night) -> dict[str, Any]:
    return {"notices_closed": close_ended_notices(branch=night.branch, on=night.books_on)}


def put_plans_in_force(night: Night) -> dict[str, Any]:
    return publish_due_plans(night.branch, night.books_on)


def settle_leavers(night: Night) -> dict[str, Any]:
    """Before the tasks of the day are raised: they are for whoever serves by then."""
    return {"leavers": look_after_leavers(night.branch, day=night.day, books_on=night.books_on)}


def raise_mot_tasks(night: Night) -> dict[str, Any]:
    return dict(raise_tasks(branch=night.branch, day=night.session))


def appraise(night: Night) -> dict[str, Any]:
    """Month -> cards that changed."""
    return {"scorecards": work_out_running_months(branch=night.branch, as_of=night.day)}


def raise_compliance_follow_ups(night: Night) -> dict[str, Any]:
    return {"follow_ups": raise_follow_ups(branch=night.branch, day=night.day)}


def note_overdue(night: Night) -> dict[str, Any]:
    return dict(note_overdue_requests(night.branch, night.books_on))


def review_service(night: Night) -> dict[str, Any]:
    return dict(find_service_reviews(night.branch, night.books_on))


def check_who_stayed(night: Night) -> dict[str, Any]:
    return {"cases_checked": verify_cases(branch=night.branch, on=night.day)}


def raise_flags(night: Night) -> dict[str, Any]:
    return dict(flag_reviews(night.branch, night.day))


def tell_of_scripts(night: Night) -> dict[str, Any]:
    return {"scripts_ending": tell_expiring_scripts(branch=night.branch, on=night.books_on)}


def tell_of_drills(night: Night) -> dict[str, Any]:
    return {"drills_due": tell_due_drills(branch=night.branch, on=night.books_on)}


def tidy_up(night: Night) -> dict[str, Any]:
    return {
        "scoring_runs": prune_scoring_runs(branch=night.branch, on=night.day),
        "behaviour_runs": prune_behaviour_runs(branch=night.branch, on=night.day),
        "risk_runs": prune_risk_runs(branch=night.branch, on=night.day),
        "export_files": prune_exports(branch=night.branch, on=night.day),
        "notifications": prune_notifications(branch=night.branch, on=night.day),
    }


#: In this order; the name is shown while the step runs.
STEPS: tuple[tuple[str, str, Callable[[Night], dict[str, Any]]], ...] = (
    ("extract", _("Import the counter extract"), bring_in_extract),
    ("holders", _("Take over holders from the counter"), adopt_holders),
    ("value", _("Score the branch"), score),
    ("persona", _("Read behaviour"), read_personas),
    ("risk", _("Read signs of leaving"), read_risk),
    ("notices", _("Close notice periods that ended"), close_notices),
    ("plans", _("Put approved plans in force"), put_plans_in_force),
    ("leavers", _("Look after people who leave or return"), settle_leavers),
    ("tasks", _("Raise MOT tasks"), raise_mot_tasks),
    ("scorecards", _("Work out scorecards"), appraise),
    ("follow_ups", _("Raise compliance follow-ups"), raise_compliance_follow_ups),
    ("requests", _("Note requests past their last day"), note_overdue),
    ("service", _("Review how clients are served"), review_service),
    ("stayed", _("Check who said to stay"), check_who_stayed),
    ("flags", _("Flag what needs a review"), raise_flags),
    ("scripts", _("Tell whose scripts run out"), tell_of_scripts),
    ("drills", _("Tell who practises again"), tell_of_drills),
    ("tidy", _("Remove old nightly runs"), tidy_up),
)
