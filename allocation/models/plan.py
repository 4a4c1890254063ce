"""A plan: a run of the engine over a scope, its proposed moves, the decisions on them, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class Plan(models.Model):
    class State(models.TextChoices):
        SOLVING = "solving", _("being worked out")
        PROPOSED = "proposed", _("proposed")
        WAITING = "waiting", _("waits for the second approval")
        FAILED = "failed", _("no plan found")
        SCHEDULED = "scheduled", _("approved, waits for its day")
        PUBLISHED = "published", _("published")
        ROLLED_BACK = "rolled_back", _("rolled back")
        DISCARDED = "discarded", _("discarded")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=80)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.SOLVING)
    #: {"kind": "branch|unassigned|advisor|filter", "advisor": id, "query": {...}}
    scope = models.JSONField(default=dict)
    #: {"fairness": 0.15|null, "switch_penalty": 0.1, "hours": {advisor_id: 120.0}, "leaving": [advisor_id],
    #:  "move_budget": {"moves": n}|{"share": 0.05}|null, "transfer_guard": bool, "locks_off": [client_id],
    #:  "gap":..., "seed":..., ...}
    options = models.JSONField(default=dict)
    policy = models.ForeignKey("allocation.MatchPolicy", on_delete=models.PROTECT, related_name="+")
    scoring_run = models.ForeignKey("clients.ScoringRun", null=True, on_delete=models.PROTECT, related_name="+")
    behaviour_run = models.ForeignKey("clients.BehaviourRun", null=True, on_delete=models.PROTECT, related_name="+")
    data_as_of = models.DateField(_("data as of"), null=True)
    #: status, objective, upper_bound, gap, seconds, head figures, band, prices, notes; the AdvisorTable of the run;
    #: or the reason (code + params) why no plan was found. "sent_back": who refused the second approval last, when and why.
    outcome = models.JSONField(default=dict)
    #: Per advisor before and after: clients, value, load, capacity, mix, mean fit, price of an hour.
    balance = models.JSONField(default=list)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.PROTECT, related_name="+")
    #: Rises with every decision; a reviewer who holds an old number is told so.
    revision = models.PositiveIntegerField(default=0)
    #: How often it was worked out: 1, and one more with every solving again around the decisions.
    round = models.PositiveSmallIntegerField(default=1)
    #: What the last solving again changed: {"round", "kept", "gone", "new", "elsewhere", "match", "spread"} and the clients.
    changes = models.JSONField(default=dict)
    #: The solving again that is under way; the lines stay as they are until it ends.
    again_job = models.ForeignKey("core.JobRun", null=True, on_delete=models.PROTECT, related_name="+")
    #: Fairness and match against the number of moves: {"points": [{"moves", "match", "spread", ...}], "best": ...}.
    curve = models.JSONField(default=dict)
    curve_job = models.ForeignKey("core.JobRun", null=True, on_delete=models.PROTECT, related_name="+")
    #: The scenario this one was changed from.
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="variants")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    #: Why the policy asks for another person: allocation.domain.approval.second_needed.
    second_needed = models.JSONField(default=dict)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    approval_note = models.CharField(_("note of the first approver"), max_length=200, blank=True)
    second_note = models.CharField(_("note of the second approver"), max_length=200, blank=True)
    effective_on = models.DateField(_("effective on"), null=True)
    published_at = models.DateTimeField(null=True)
    rolled_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rolled_back_at = models.DateTimeField(null=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation plan")
        verbose_name_plural = _("allocation plans")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="plan_number_once_a_branch", fields=["branch", "number"]),
            models.CheckConstraint(
                name="published_plan_has_date_and_person",
                condition=~models.Q(state__in=["published", "rolled_back", "scheduled", "waiting"])
                | models.Q(effective_on__isnull=False, approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="second_approver_is_another_person",
                condition=models.Q(second_by__isnull=True) | ~models.Q(second_by=models.F("approved_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"


class PlanLineQuerySet(BranchOwnedQuerySet):
    branch_path = "plan__branch_id"


class PlanLine(models.Model):
    """One client whose advisor would change. `after` null = the shared service pool; `before` null = nobody until now."""

    class Decision(models.TextChoices):
        PENDING = "pending", _("not reviewed")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected, stays")
        REDIRECTED = "redirected", _("redirected")
        LOCKED = "locked", _("locked, stays")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    #: What will happen: the proposal, or the director's redirection, or `before` again after a rejection.
    after = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, default=Decision.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: Plan.revision at which it was decided last; a reviewer who saw an older one would overwrite a colleague.
    revision = models.PositiveIntegerField(default=0)
    value = models.FloatField(_("value"))
    #: The value as the engine weighs it (MatchPolicy: value_exponent); books and bands are sums of it.
    weight = models.FloatField(default=0)
    tier = models.PositiveSmallIntegerField(_("tier"))
    load = models.FloatField(_("hours per month"))
    fit_before = models.FloatField(_("match before"), null=True)
    fit_after = models.FloatField(_("match after"), null=True)
    #: weight * (fit_after - switch penalty - fit_before): what the move brings to the objective.
    gain = models.FloatField(_("gain"))
    #: Code of the one-line reason: a fit term, a hard rule, or "unserved", "pool", "capacity", "fairness".
    reason = models.CharField(max_length=40)
    #: What the engine knew about the client (ClientTable.row) and the advisors refused: the reason card, to the last digit,
    #: is worked out from it and from the prices and skills that the plan keeps in `outcome`.
    card = models.JSONField(default=dict)
    #: Of the card, to be filtered by: the client's value type and persona, empty = unknown.
    value_type = models.CharField(max_length=12, blank=True, default="")
    persona = models.CharField(max_length=4, blank=True, default="")
    #: The change of match, to be sorted by; nobody counts 0.
    rise = models.GeneratedField(
        expression=Coalesce("fit_after", 0.0) - Coalesce("fit_before", 0.0),
        output_field=models.FloatField(),
        db_persist=True,
    )
    #: Plan.round in which the move took the shape it has.
    round = models.PositiveSmallIntegerField(default=1)

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-gain", "pk"]
        constraints = [models.UniqueConstraint(name="plan_line_once_a_client", fields=["plan", "client"])]
        # One index for each order of the review; its pages are read by key.
        indexes = [
            models.Index(fields=["plan", "-gain", "id"], name="plan_line_by_gain"),
            models.Index(fields=["plan", "-value", "id"], name="plan_line_by_value"),
            models.Index(fields=["plan", "-rise", "id"], name="plan_line_by_rise"),
            models.Index(fields=["plan", "-tier", "-value", "id"], name="plan_line_by_tier"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id}: {self.before_id} -> {self.after_id}"
