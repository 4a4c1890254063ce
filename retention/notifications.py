"""What the counter and those above it are told about leaving requests."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import Role
from branch_crm.core.notifications import notification_kind
from retention.models import DrillCard, LeavingRequest, Reason, Script
from retention.wording_scripts import title_of

COUNTER = (Role.COUNTER, Role.DIRECTOR, Role.ASSISTANT)
OVERSEERS = (Role.MANAGER, Role.COMPLIANCE)
TALKERS = (*COUNTER, Role.ADVISOR, Role.MANAGER)
WRITERS = (Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.ADVISOR)


@notification_kind("retention.warned", label=_("A leaving request must be done soon"), roles=COUNTER)
def warned(*, kind_of: str, due: str, at: str) -> str:
    return gettext("%(what)s: to be done by %(due)s %(at)s.") % {"what": _kind(kind_of), "due": due, "at": at}


@notification_kind(
    "retention.deadline_broken", label=_("A leaving request is past its deadline"), roles=(*COUNTER, *OVERSEERS)
)
def deadline_broken(*, kind_of: str, due: str, at: str) -> str:
    return gettext("%(what)s: the deadline %(due)s %(at)s has passed and it is not done.") % {
        "what": _kind(kind_of),
        "due": due,
        "at": at,
    }


@notification_kind("retention.script_proposed", label=_("A script waits for compliance"), roles=(Role.COMPLIANCE,))
def script_proposed(*, script: int, version: int) -> str:
    return gettext("Script “%(title)s” v%(version)d waits for approval.") % _titled(script, version)


@notification_kind("retention.script_approved", label=_("A script of yours is approved"), roles=WRITERS)
def script_approved(*, script: int, version: int) -> str:
    return gettext("Script “%(title)s” v%(version)d is approved.") % _titled(script, version)


@notification_kind("retention.script_returned", label=_("A script of yours is returned for changes"), roles=WRITERS)
def script_returned(*, script: int, version: int) -> str:
    return gettext("Script “%(title)s” v%(version)d is returned for changes.") % _titled(script, version)


@notification_kind(
    "retention.script_expires", label=_("The approval of a script ends"), roles=(*WRITERS, Role.COMPLIANCE)
)
def script_expires(*, script: int, version: int, on: str) -> str:
    text = gettext("The approval of script “%(title)s” v%(version)d ends on %(on)s.")
    return text % {**_titled(script, version), "on": on}


def _titled(script: int, version: int) -> dict[str, object]:
    found = Script.objects.filter(pk=script).first()
    return {"title": title_of(found) if found else script, "version": version}


@notification_kind("retention.offer_waits", label=_("An offer waits for your approval"), roles=(Role.DIRECTOR,))
def offer_waits(*, cost: int) -> str:
    return gettext("An offer to a client waits for your approval; it costs ¥%(cost)s a year.") % {"cost": cost}


@notification_kind(
    "retention.part_called",
    label=_("You are called to a client who may leave"),
    roles=TALKERS,
)
def part_called(*, day: str, at: str) -> str:
    return gettext("A client may leave and you are called: please answer by %(day)s %(at)s.") % {"day": day, "at": at}


@notification_kind(
    "retention.part_passed",
    label=_("You stand in for somebody who has not answered"),
    roles=(*COUNTER, Role.MANAGER),
)
def part_passed(*, role: str, day: str, at: str) -> str:
    return gettext("%(role)s did not answer a client who may leave; you stand in: please answer by %(day)s %(at)s.") % {
        "role": Role(role).label,
        "day": day,
        "at": at,
    }


@notification_kind("retention.offer_decided", label=_("An offer of yours is approved or not"), roles=TALKERS)
def offer_decided(*, approved: int, cost: int) -> str:
    text = (
        gettext("Your offer of ¥%(cost)s a year is approved: tell the client.")
        if approved
        else gettext("Your offer of ¥%(cost)s a year is not approved.")
    )
    return text % {"cost": cost}


@notification_kind("retention.offer_answered", label=_("A client has answered an offer"), roles=TALKERS)
def offer_answered(*, accepted: int, cost: int) -> str:
    text = (
        gettext("The client accepts the offer of ¥%(cost)s a year: see that it is granted.")
        if accepted
        else gettext("The client turns the offer of ¥%(cost)s a year down.")
    )
    return text % {"cost": cost}


@notification_kind(
    "retention.drill_planned",
    label=_("You are asked to a drill"),
    roles=TALKERS,
)
def drill_planned(*, card: int, day: str, at: str) -> str:
    found = DrillCard.objects.filter(pk=card).first()
    return gettext("Drill “%(title)s” on %(day)s at %(at)s.") % {"title": found or card, "day": day, "at": at}


@notification_kind(
    "retention.drill_due",
    label=_("A reason has its turn in the drills again"),
    roles=TALKERS,
)
def drill_due(*, reason: str, last: str) -> str:
    found = Reason.objects.filter(code=reason, parent=None).order_by("branch").first()
    return gettext("Time to practise “%(reason)s” again, last on %(last)s.") % {"reason": found or reason, "last": last}


def _kind(code: str) -> str:
    return str(dict(LeavingRequest.Kind.choices).get(code, code))
