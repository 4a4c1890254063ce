"""Records of the script library, for the world of the access tests."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from retention.models import Reason, RetentionCase, ScriptUse, ScriptVersion
from retention.services.write_script import write_script
from tests.architecture.side import Arguments, Side


def _draft(side: Side) -> ScriptVersion:
    return write_script(
        branch=side.branch,
        reason=Reason.objects.get(code="rate"),
        title_zh=uuid4().hex,
        title_en="Rate",
        body={"zh": {"opening": "您好"}},
        actor=side.director,
    )


def _script(side: Side) -> Arguments:
    return {"pk": _draft(side).script_id}


def _version(side: Side) -> Arguments:
    return {"pk": _draft(side).pk}


def _use(side: Side) -> Arguments:
    case, _new = RetentionCase.objects.get_or_create(
        branch=side.branch, client=side.client, state="open", defaults={"source": "signal"}
    )
    version = _draft(side)
    use = ScriptUse.objects.create(
        branch=side.branch, client=side.client, case=case, script=version.script, version=version, among=1
    )
    return {"pk": use.pk}


def _reason(side: Side) -> Arguments:
    own = Reason.objects.create(branch=side.branch, code=uuid4().hex, name_zh="自设", name_en="Our own")
    return {"pk": own.pk}


SCRIPT_RECORDS: dict[str, Callable[[Side], Arguments]] = {
    "reason": _reason,
    "script": _script,
    "script_use": _use,
    "script_version": _version,
}
