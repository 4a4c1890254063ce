"""Keep a filled-in questionnaire: the raw answers, and what they say under the policy of the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Staff
from clients.domain.persona.questionnaire import BadAnswer, classify
from clients.models import Client, QuestionnaireAnswer
from clients.queries.persona import active_persona_policy
from clients.services.recombine_client import recombine_client


@transaction.atomic
def record_questionnaire(
    *, client: Client, answers: dict[str, int], answered_on: date, actor: Staff
) -> QuestionnaireAnswer:
    """A second form on the same day replaces the first in effect; both stay. Raises ValidationError naming the item."""
    policy = active_persona_policy(client.branch, on=answered_on)
    try:
        stated = classify(answers, policy.rules)
    except BadAnswer as error:
        raise ValidationError({error.item: _("This item has not been answered.")}) from error
    saved = QuestionnaireAnswer.objects.create(
        branch=client.branch,
        client=client,
        policy=policy,
        answered_on=answered_on,
        answers=answers,
        result=asdict(stated),
        persona=stated.persona,
        confidence=stated.confidence,
        entered_by=actor,
    )
    audit.record(
        action="clients.questionnaire_recorded",
        actor=actor,
        branch=client.branch,
        target=saved,
        detail={"client": client.pk, "persona": stated.persona, "policy": policy.version},
    )
    recombine_client(client=client, on=answered_on)
    return saved
