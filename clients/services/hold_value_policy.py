"""Take a version of the value policy in hand for one step, and refuse when somebody else was faster."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from branch_crm.core.models import AuditEntry
from clients.models import ValuePolicy


class PolicyConflict(ValidationError):
    """The version changed since it was read. Nothing was written; `policy` is how it stands now."""

    def __init__(self, policy: ValuePolicy) -> None:
        self.policy = policy
        last = AuditEntry.objects.filter(target_type=policy._meta.label_lower, target_id=str(policy.pk)).first()
        who = last.actor.name if last and last.actor else pgettext("who acted", "The system")
        super().__init__(
            _("%(name)s was faster: version %(version)s is now “%(state)s”, revision %(revision)s. Nothing was saved.")
            % {
                "name": who,
                "version": policy.version,
                "state": policy.get_state_display(),
                "revision": policy.revision,
            }
        )


def hold_value_policy(policy: ValuePolicy) -> ValuePolicy:
    """The row as it is now, locked until the end of the transaction."""
    return ValuePolicy.objects.select_for_update(of=("self",)).select_related("branch").get(pk=policy.pk)


def refuse_if_changed(fresh: ValuePolicy, revision: int) -> None:
    """Raises PolicyConflict unless `revision` is the one the person saw."""
    if fresh.revision != revision:
        raise PolicyConflict(fresh)


def save_step(fresh: ValuePolicy) -> None:
    """Write a step, so that everybody who read the version before it is refused."""
    fresh.revision += 1
    fresh.save()
