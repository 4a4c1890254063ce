"""The pages that a versioned policy has: its versions, one of them, a draft at the desk, its publication.

Each policy has its own permissions and its own words; `routes` gives its addresses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.list_state import as_number
from clients.views.value import asked_branch
from servicelog.forms_policy import PublishPolicyForm
from servicelog.policy_parts import Group, changes_of, texts_of
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


@dataclass(frozen=True, kw_only=True)
class VersionPages:
    """prefix: of the URL names `<prefix>_list`, `_new`, `_detail`, `_edit`, `_publish`. back: URL name and words of the page above.

    may_read, may_draft, may_publish: permissions. warning: what a reader must know before the figures; draft_text: what who
    drafts must. templates: where pages of its own begin with another name. A subclass puts the rules into words.
    """

    desk: Desk
    prefix: str
    name: Words
    text: Words
    form: Callable[..., Any]
    defaults: Mapping[str, Any]
    may_read: str
    may_draft: str
    may_publish: str
    back: tuple[str, Words] | None = None
    warning: Words = ""
    draft_text: Words = ""
    namespace: str = "servicelog"
    templates: str = "servicelog/policy"

    @abstractmethod
    def said(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        """A version, its rules whole, as its templates show it."""

    @abstractmethod
    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Pairs of sentences, both rules whole."""

    def more(self, policy: Policy) -> dict[str, Any]:
        """What else the page of one version shows."""
        return {}

    def routes(self, at: str) -> list[URLPattern]:
        """The pages below an address, each behind its permission."""
        read, draft, publish = (
            permission_required(permission, raise_exception=True)
            for permission in (self.may_read, self.may_draft, self.may_publish)
        )
        shown_or_sent = require_http_methods(["GET", "POST"])
        return [
            path(at, require_GET(read(self.versions)), name=f"{self.prefix}_list"),
            path(f"{at}new/", shown_or_sent(draft(self.draft)), name=f"{self.prefix}_new"),
            path(f"{at}<int:pk>/", require_GET(read(self.version)), name=f"{self.prefix}_detail"),
            path(f"{at}<int:pk>/edit/", shown_or_sent(draft(self.edit)), name=f"{self.prefix}_edit"),
            path(f"{at}<int:pk>/publication/", require_POST(publish(self.publish)), name=f"{self.prefix}_publish"),
        ]

    def versions(self, request: HttpRequest) -> HttpResponse:
        branch = asked_branch(request)
        in_force = self.desk.model.objects.in_force(branch, on=timezone.localdate())
        policies = self.desk.model.objects.visible_to(request.user).filter(branch=branch).defer("rules")
        context = {
            "policies": policies.select_related("created_by", "published_by"),
            "in_force": in_force,
            **self.said(self._whole(in_force)),
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
            except ServiceLogError as error:
                form.add_error(None, error.message)
            else:
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
        context = {
            "policy": policy,
            "in_force": in_force,
            "former": former,
            "changes": self.changes(self._whole(former), self._whole(policy)) if former else [],
            "form": form,
            **self.said(self._whole(policy)),
            **self.more(policy),
        }
        return self._render(request, "detail", context, status)

    def _whole(self, policy: Policy | None) -> dict[str, Any]:
        return {**self.defaults, **(policy.rules if policy else {})}

    def _conflict(self, request: HttpRequest, policy: Policy, error: PolicyConflict) -> HttpResponse:
        context = {"policy": policy, "error": error, "name": self.name, "page": self.url("detail")}
        return render(request, "servicelog/policy_conflict.html", context, status=409)

    def _render(self, request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        allowed = {
            "pages": self,
            "may_draft": request.user.has_perm(self.may_draft),
            "may_publish": request.user.has_perm(self.may_publish),
        }
        return render(request, f"{self.templates}_{page}.html", {**context, **allowed}, status=status)


@dataclass(frozen=True, kw_only=True)
class PolicyPages(VersionPages):
    """A policy whose rules are numbers, hours and lists under headings: `groups`.

    trial, effect: URL names, where there is something to try: beside the form, and of one version.
    """

    groups: Callable[[], Sequence[Group]]
    trial: str = ""
    effect: str = ""

    def said(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        return {"groups": texts_of(self.groups(), rules)}

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
        return changes_of(self.groups(), before, after)
