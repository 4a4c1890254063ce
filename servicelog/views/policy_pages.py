"""The pages that a versioned policy has: its versions, one of them, a draft at the desk, its publication.

What they may be used for is said where they are routed; each policy has its own permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.list_state import as_number
from clients.views.value import asked_branch
from servicelog.forms_mot import PublishPolicyForm
from servicelog.service_fields import Group, changes_of, texts_of
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.policy_desk import (
    Desk,
    Policy,
    change_policy,
    draft_policy,
    mark_of,
    publish_policy,
    published_before,
)

Words = str | Promise


@dataclass(frozen=True)
class PolicyPages:
    """prefix: of the URL names `<prefix>_list`, `_new`, `_detail`, `_edit`, `_publish`. back: URL name and words of the page above.

    may_draft, may_publish: permissions that show the buttons. warning: what a reader must know before the figures.
    trial, effect: URL names, where there is something to try: beside the form, and of one version.
    """

    desk: Desk
    prefix: str
    name: Words
    text: Words
    warning: Words
    back: tuple[str, Words]
    form: Callable[..., Any]
    groups: Callable[[], Sequence[Group]]
    defaults: Mapping[str, Any]
    may_draft: str
    may_publish: str
    namespace: str = "servicelog"
    trial: str = ""
    effect: str = ""

    def versions(self, request: HttpRequest) -> HttpResponse:
        branch = asked_branch(request)
        in_force = self.desk.model.objects.in_force(branch, on=timezone.localdate())
        policies = self.desk.model.objects.visible_to(request.user).filter(branch=branch).defer("rules")
        context = {
            "policies": policies.select_related("created_by", "published_by"),
            "in_force": in_force,
            "groups": self._texts(in_force.rules if in_force else {}),
        }
        return self._render(request, "list", context)

    def version(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = self._policy(request, pk)
        return self._version(request, policy, PublishPolicyForm(initial={"note": policy.note}))

    def draft(self, request: HttpRequest) -> HttpResponse:
        """`?from=`: the version it starts from, else the one in force."""
        branch = asked_branch(request)
        origin = as_number(request.GET.get("from"))
        in_force = self.desk.model.objects.in_force(branch, on=timezone.localdate())
        base = self._policy(request, origin) if origin else in_force
        form = self.form(request.POST or None, rules=base.rules if base else self.defaults, actor=request.user)
        if request.method == "POST" and form.is_valid():
            wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "actor": request.user}
            try:
                policy = draft_policy(self.desk, branch=branch, **wanted)
            except ServiceLogError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
                return redirect(self.url("detail"), pk=policy.pk)
        return self._render(request, "form", {"form": form, "policy": None}, 422 if form.errors else 200)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Drafts only. Who saves over a colleague's change is told instead."""
        policy = self._policy(request, pk)
        start = {"note": policy.note, "seen": mark_of(policy)}
        form = self.form(request.POST or None, rules=policy.rules, actor=request.user, **start)
        if request.method == "POST" and form.is_valid():
            wanted = {"rules": form.rules, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
            try:
                change_policy(self.desk, policy=policy, actor=request.user, **wanted)
            except PolicyConflict as error:
                return self._conflict(request, policy, error)
            messages.success(request, _("Draft %(version)s is saved.") % {"version": f"v{policy.version}"})
            return redirect(self.url("detail"), pk=policy.pk)
        if policy.state != self.desk.model.State.DRAFT:
            return redirect(self.url("detail"), pk=policy.pk)
        return self._render(request, "form", {"form": form, "policy": policy}, 422 if form.errors else 200)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = self._policy(request, pk)
        form = PublishPolicyForm(request.POST)
        if form.is_valid():
            try:
                published = publish_policy(self.desk, policy=policy, actor=request.user, **form.cleaned_data)
            except PolicyConflict as error:
                return self._conflict(request, policy, error)
            except ServiceLogError as error:
                form.add_error(error.field or None, error.message)
            else:
                messages.success(request, _("Version %(version)s is published.") % {"version": published.version})
                return redirect(self.url("detail"), pk=published.pk)
        return self._version(request, policy, form, status=422)

    def url(self, page: str) -> str:
        return f"{self.namespace}:{self.prefix}_{page}"

    @property
    def urls(self) -> dict[str, str]:
        return {page: self.url(page) for page in ("list", "new", "detail", "edit", "publish")}

    def _policy(self, request: HttpRequest, pk: int) -> Policy:
        policies = self.desk.model.objects.visible_to(request.user)
        policy: Policy = get_object_or_404(policies.select_related("branch", "created_by", "published_by"), pk=pk)
        return policy

    def _version(
        self, request: HttpRequest, policy: Policy, form: PublishPolicyForm, status: int = 200
    ) -> HttpResponse:
        in_force = self.desk.model.objects.in_force(policy.branch, on=timezone.localdate())
        is_draft = policy.state == self.desk.model.State.DRAFT
        former = in_force if is_draft else published_before(self.desk, policy)
        changes = changes_of(self.groups(), self._whole(former.rules), self._whole(policy.rules)) if former else []
        context = {
            "policy": policy,
            "in_force": in_force,
            "former": former,
            "changes": changes,
            "groups": self._texts(policy.rules),
            "form": form,
        }
        return self._render(request, "detail", context, status)

    def _whole(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.defaults, **rules}

    def _texts(self, rules: Mapping[str, Any]) -> list[Any]:
        return texts_of(self.groups(), self._whole(rules))

    def _conflict(self, request: HttpRequest, policy: Policy, error: PolicyConflict) -> HttpResponse:
        context = {"policy": policy, "error": error, "name": self.name, "page": self.url("detail")}
        return render(request, "servicelog/policy_conflict.html", context, status=409)

    def _render(self, request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        allowed = {
            "pages": self,
            "may_draft": request.user.has_perm(self.may_draft),
            "may_publish": request.user.has_perm(self.may_publish),
        }
        return render(request, f"servicelog/policy_{page}.html", {**context, **allowed}, status=status)
