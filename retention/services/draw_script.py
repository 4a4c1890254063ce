"""Give an episode its version of a script: by lot, once, on record whether or not it is then spoken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from retention.domain.lots import drawn
from retention.models import RetentionCase, Script, ScriptUse, ScriptVersion
from retention.queries.scripts import usable_versions
from retention.services.errors import RetentionError


@transaction.atomic
def draw_script(
    *, case: RetentionCase, script: Script, on: date, usable: Sequence[ScriptVersion] | None = None
) -> ScriptUse:
    """The version drawn first stays the episode's, also when others are approved later. usable: if they are known already.

    Raises RetentionError when no version may be used on that day. Nothing is audited: the row is the record.
    """
    use = ScriptUse.objects.filter(case=case, script=script).select_related("version").first()
    if use is not None:
        return use
    versions = {version.pk: version for version in (usable or usable_versions(on=on).filter(script=script))}
    if not versions:
        raise RetentionError(_("No version of this script may be used today."))
    use, _created = ScriptUse.objects.get_or_create(
        case=case,
        script=script,
        defaults={
            "branch_id": case.branch_id,
            "client_id": case.client_id,
            "version": versions[drawn(case.pk, script.pk, versions)],
            "among": len(versions),
        },
    )
    return use
