"""Record that a product was spoken of with a client, with the suitability result of that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.models import Client, Product
from servicelog.domain.suitability import BLOCKED, CLIENT_INITIATED, Verdict, assess
from servicelog.models import Contact, Recommendation
from servicelog.queries.sides import client_side, product_side
from servicelog.services.errors import NotRegistered, ServiceLogError, Unsuitable
from servicelog.services.service_policies import current_service_policy, service_rules


@transaction.atomic
def recommend(
    *,
    client: Client,
    product: Product,
    actor: Staff,
    contact: Contact | None = None,
    staff_initiated: bool = True,
    confirmation: str = "",
    said: Sequence[str] = (),
) -> Recommendation:
    """`said`: codes of what the client was told about it. The same recommendation of the same day is written once.

    Raises NotRegistered for who is no registered adviser, Unsuitable when the product may not be spoken of, ServiceLogError
    when the client's confirmation is missing.
    """
    _check_registered(actor)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    verdict = assess_for(client, product, on=timezone.localdate(), staff_initiated=staff_initiated)
    if verdict.result == BLOCKED:
        raise Unsuitable(
            _("%(product)s is not suitable for this client and may not be recommended.") % {"product": product.name},
            product_id=product.pk,
            grounds=verdict.grounds,
        )
    if verdict.result == CLIENT_INITIATED and not confirmation.strip():
        raise ServiceLogError(
            _("%(product)s lies above the client's level. Enter the number of the client's written confirmation.")
            % {"product": product.name},
            field="products",
        )
    made = Recommendation.objects.filter(
        client=client, product=product, made_by=actor, contact=contact, result=verdict.result,
        staff_initiated=staff_initiated, confirmation=confirmation.strip(), made_at__date=timezone.localdate(),
    ).first()  # fmt: skip
    return made or _record(client, product, actor, verdict, contact, staff_initiated, confirmation.strip(), said)


@transaction.atomic
def record_refused_attempt(
    *, client: Client, product: Product, actor: Staff, staff_initiated: bool = True
) -> Recommendation:
    """Keep that staff meant to recommend what the rules refuse: compliance wants to know, and nothing was said."""
    verdict = assess_for(client, product, on=timezone.localdate(), staff_initiated=staff_initiated)
    return _record(client, product, actor, verdict, None, staff_initiated, confirmation="", said=())


def _check_registered(actor: Staff) -> None:
    advisor = Advisor.objects.filter(account=actor).first()
    if advisor is None or not advisor.may_advise(timezone.localdate()):
        raise NotRegistered(
            _("Only a registered investment adviser may recommend a product. Hand the client to one."),
            field="products",
        )


def _record(
    client: Client,
    product: Product,
    actor: Staff,
    verdict: Verdict,
    contact: Contact | None,
    staff_initiated: bool,
    confirmation: str,
    said: Sequence[str],
) -> Recommendation:
    policy = current_service_policy(client.branch, on=timezone.localdate())
    made = Recommendation.objects.create(
        branch=client.branch,
        client=client,
        product=product,
        contact=contact,
        made_by=actor,
        staff_initiated=staff_initiated,
        result=verdict.result,
        grounds={
            "codes": list(verdict.grounds),
            "client_level": client.risk_level,
            "valid_until": client.risk_valid_until.isoformat() if client.risk_valid_until else None,
            "product_level": product.risk_level,
            "policy": policy.version if policy else None,
            "said": list(said),
        },
        confirmation=confirmation,
    )
    audit.record(
        action="servicelog.product_recommended" if verdict.result != BLOCKED else "servicelog.product_refused",
        actor=actor,
        branch=client.branch,
        target=made,
        detail={"client": client.pk, "product": product.code, "result": verdict.result},
    )
    return made


def assess_for(client: Client, product: Product, *, on: date, staff_initiated: bool = True) -> Verdict:
    """The verdict for one client and product under the branch's rules."""
    return assess(
        client_side(client),
        product_side(product, on),
        service_rules(client.branch, on=on).suitability,
        on=on,
        staff_initiated=staff_initiated,
    )
