"""The script library of the demo: approved by compliance where there is one, with a second version in a lot, and one run out."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from retention.models import Script, ScriptVersion
from retention.services.approve_script import approve_script
from retention.services.bring_in_library import bring_in_library
from retention.services.propose_script import propose_script
from retention.services.write_script import write_version

APPROVED_FOR = timedelta(days=180)
#: Reasons whose script is still a draft, waits, and has run out.
DRAFT, WAITING, ENDED = "system", "move", "rival"
OPENING = "您好，申请我先受理。您提到费率，我把佣金和税费分开列给您看一眼，一分钟就好，不影响办理。"


@transaction.atomic
def bring_in_scripts(book: Book, progress: Progress) -> None:
    """The small branch, which has no compliance of its own, keeps drafts."""
    if Script.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Bringing in scripts"))
    drafts = bring_in_library(branch=book.branch, actor=book.director)
    compliance = Staff.objects.filter(branch=book.branch, role=Role.COMPLIANCE).first()
    if compliance is None:
        return
    for draft in drafts:
        if draft.script.reason.code != DRAFT:
            propose_script(version=draft, actor=book.director)
        if draft.script.reason.code not in (DRAFT, WAITING):
            _approve(draft, compliance)
    rate = drafts[0]
    second = {**rate.body, "zh": {**rate.body["zh"], "opening": OPENING}}
    version = write_version(script=rate.script, body=second, actor=book.director)
    _approve(propose_script(version=version, actor=book.director), compliance)
    # Written as if approved half a year ago, which the service itself refuses.
    ended = ScriptVersion.objects.filter(script__branch=book.branch, script__reason__code=ENDED)
    ended.update(expires_on=timezone.localdate() - timedelta(days=9))


def _approve(version: ScriptVersion, compliance: Staff) -> None:
    approve_script(version=version, until=timezone.localdate() + APPROVED_FOR, actor=compliance)


STEPS = (bring_in_scripts,)
