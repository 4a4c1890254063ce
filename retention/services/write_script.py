"""Write a script: a situation, and its text as a draft. Approved text is never changed: a new version is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from retention.domain.scripts import flags, mark_of, read_body
from retention.models import Reason, Script, ScriptVersion
from retention.services.errors import RetentionError
from servicelog.domain.service_rules import Forbidden, read_service_rules
from servicelog.services.service_policies import service_rules

State = ScriptVersion.State


def forbidden_words(branch: Branch | None) -> Forbidden:
    """The branch's service policy of today; for a script of the firm, the product's defaults."""
    rules = service_rules(branch, on=timezone.localdate()) if branch else read_service_rules({})
    return rules.forbidden


@transaction.atomic
def write_script(
    *,
    branch: Branch | None,
    reason: Reason,
    title_zh: str,
    title_en: str,
    body: Mapping[str, Any],
    actor: Staff | None,
    tiers: Collection[int] = (),
    personas: Collection[str] = (),
) -> ScriptVersion:
    """A new script with its first draft. Raises RetentionError for a title that the same reason has already."""
    title_zh, title_en = title_zh.strip(), title_en.strip()
    if Script.objects.filter(branch=branch, reason=reason, title_zh=title_zh, is_active=True).exists():
        raise RetentionError(_("This reason has a script with that title already."), field="title_zh")
    script = Script.objects.create(
        branch=branch,
        reason=reason,
        title_zh=title_zh,
        title_en=title_en,
        tiers=sorted(tiers),
        personas=sorted(personas),
        owner=actor,
    )
    return _draft(script, 1, body, actor)


@transaction.atomic
def write_version(*, script: Script, body: Mapping[str, Any], actor: Staff, seen: str = "") -> ScriptVersion:
    """The draft with this text: the present draft changed, or the next version where the last is no draft.

    seen: mark of the text that the writer began with; raises RetentionError when a colleague has written since, and for a
    script of the firm written in a branch.
    """
    require_own(script, actor)
    fresh = hold_script(script, actor)
    last = fresh.versions.first()
    if last is not None and seen and seen != mark_of(last.body):
        raise RetentionError(_("A colleague has written a newer text meanwhile. Copy what you need and open it again."))
    if last is not None and read_body(last.body) == read_body(body):
        return last
    if last is None or last.state not in (State.DRAFT, State.RETURNED):
        return _draft(fresh, last.version + 1 if last else 1, body, actor)
    last.body, last.state, last.written_by = read_body(body), State.DRAFT, actor
    last.flagged = _flagged(fresh, last.body)
    last.save(update_fields=["body", "state", "written_by", "flagged"])
    _record("retention.script_changed", last, actor)
    return last


@transaction.atomic
def change_situation(
    *,
    script: Script,
    reason: Reason,
    title_zh: str,
    title_en: str,
    tiers: Collection[int],
    personas: Collection[str],
    actor: Staff,
) -> None:
    """For whom and what a script is; stays as it is once compliance has decided on a text for it."""
    require_own(script, actor)
    fresh = hold_script(script, actor)
    wanted = (reason.pk, title_zh.strip(), title_en.strip(), sorted(tiers), sorted(personas))
    if is_decided(fresh) or wanted == (fresh.reason_id, fresh.title_zh, fresh.title_en, fresh.tiers, fresh.personas):
        return
    fresh.reason, fresh.title_zh, fresh.title_en, fresh.tiers, fresh.personas = reason, *wanted[1:]
    fresh.save(update_fields=["reason", "title_zh", "title_en", "tiers", "personas"])
    audit.record(action="retention.script_situation_changed", actor=actor, branch=fresh.branch, target=fresh)


def is_decided(script: Script) -> bool:
    """Compliance has approved a text for the situation of this script, now or once."""
    return script.versions.filter(state__in=[State.APPROVED, State.RETIRED]).exists()


def require_own(script: Script, actor: Staff | None) -> None:
    """Raises RetentionError for words that are another's: a branch's, or the firm's, which every branch uses as they are."""
    if actor is not None and actor.branch_id != script.branch_id:
        raise RetentionError(
            _("This script is the firm's; write one of your branch.")
            if script.branch_id is None
            else _("A branch writes its own words. Return the version and say what has to change.")
        )


def hold_script(script: Script, actor: Staff | None) -> Script:
    """The script's row, locked. Raises RetentionError when somebody of a branch changes what is the firm's."""
    if script.branch_id is None and actor is not None and not actor.is_firm_level:
        raise RetentionError(_("This script is the firm's; write one of your branch."))
    fresh: Script = Script.objects.select_for_update(of=("self",), no_key=True).get(pk=script.pk)
    return fresh


def hold_version(version: ScriptVersion, actor: Staff | None) -> ScriptVersion:
    """The version under its script's lock."""
    hold_script(version.script, actor)
    fresh: ScriptVersion = ScriptVersion.objects.select_related("script", "script__branch").get(pk=version.pk)
    return fresh


def _draft(script: Script, number: int, body: Mapping[str, Any], actor: Staff | None) -> ScriptVersion:
    text = read_body(body)
    version = ScriptVersion.objects.create(
        script=script, version=number, body=text, flagged=_flagged(script, text), written_by=actor
    )
    _record("retention.script_drafted", version, actor)
    return version


def _flagged(script: Script, body: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    return [asdict(flag) for flag in flags(body, forbidden_words(script.branch))]


def _record(action: str, version: ScriptVersion, actor: Staff | None) -> None:
    audit.record(
        action=action,
        actor=actor,
        branch=version.script.branch,
        target=version,
        detail={"script": version.script_id, "version": version.version},
    )
