"""Create or change a staff account. Whoever is deactivated or gets a new password is signed out everywhere at once."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.departures import without_home
from branch_crm.core.models import Staff


@transaction.atomic
def save_staff(*, account: Staff, password: str, actor: Staff) -> Staff:
    """`account` carries the new fields, unsaved. Raises ValidationError for a weak password (field `password`), and when
    the account would end, or change role or branch, while clients or work hang on it."""
    created = account.pk is None
    if not created:
        _refuse_orphans(account)
    if password:
        try:
            validate_password(password, account)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
        account.set_password(password)
    account.full_clean()
    account.save()
    if not created and (password or not account.is_active):
        end_sessions(account)
    audit.record(
        action="core.staff_created" if created else "core.staff_changed",
        actor=actor,
        branch=account.branch,
        target=account,
        detail={"role": account.role, "active": account.is_active, "new_password": bool(password)},
    )
    return account


def _refuse_orphans(account: Staff) -> None:
    before = Staff.objects.select_for_update(no_key=True).get(pk=account.pk)
    ends = before.is_active and not account.is_active
    moves = (before.role, before.branch_id) != (account.role, account.branch_id)
    if not (ends or moves):
        return
    if left := without_home(before):
        raise ValidationError(
            _("First everything this person looks after needs a home: %(things)s. Open a leaver case at the advisor.")
            % {"things": ", ".join(left)}
        )


def end_sessions(account: Staff) -> int:
    """Sign the person out everywhere. Returns how many sessions ended."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(account.pk)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]
