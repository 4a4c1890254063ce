"""Lines of the form of a contact, what it asks for the profile, and what was recommended before the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from advisors.models import Licence
from branch_crm.core.models import AuditEntry
from clients.models import Client, ClientProfile
from servicelog.models import Contact, Promise, Recommendation
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.log_contact import ProductTalk, PromiseDraft
from servicelog.services.recommend import recommend, record_refused_attempt
from tests.cast import Cast
from tests.servicelog.branch import TALK, at_ten, client_of, log, product

pytestmark = pytest.mark.django_db

DUE = "2099-03-01"


@pytest.fixture
def advisor(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.advisor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def lines(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """As a browser sends the lines of a formset, an empty one behind them."""
    fields = {f"{prefix}-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}
    return fields | {f"{prefix}-TOTAL_FORMS": len(rows) + 1, f"{prefix}-INITIAL_FORMS": 0}


def send(browser: Browser, held: Client, **fields: Any) -> Any:
    typed = {
        "client": held.pk,
        "token": uuid4(),
        "channel": "phone",
        "purpose": "care",
        "direction": "out",
        "reached": "on",
        "held_at": at_ten().strftime("%Y-%m-%dT%H:%M"),
        "summary": TALK,
    }
    return browser.post(reverse("servicelog:contact_new"), typed | fields)


def test_several_promises_and_products_are_logged_and_empty_lines_say_nothing(cast: Cast, advisor: Browser) -> None:
    held, funds = client_of(cast), [product(cast, "R1"), product(cast, "R2")]
    sent = lines("promises", {"text": "寄送产品说明书", "due_on": DUE}, {}, {"text": "周五前答复费率", "due_on": DUE})
    sent |= lines("products", *({"product": fund.pk} for fund in funds))
    assert send(advisor, held, **sent).status_code == 302
    contact = Contact.objects.get()
    assert [promise.text for promise in contact.promises.all()] == ["寄送产品说明书", "周五前答复费率"]
    assert {made.product for made in contact.recommendations.all()} == set(funds)


def test_what_is_wrong_stands_in_its_line(cast: Cast, advisor: Browser) -> None:
    held, good, risky = client_of(cast), product(cast, "R2"), product(cast, "R5")
    answer = send(advisor, held, **lines("products", {}, {"product": good.pk}, {"product": risky.pk}))
    assert answer.status_code == 422
    form = answer.context["form"]
    assert [bool(line.errors) for line in form.talks] == [False, False, True, False]
    assert form.more_is_used
    answer = send(
        advisor, held, **lines("promises", {"text": "下周寄材料", "due_on": DUE}, {"text": "保本保息", "due_on": DUE})
    )
    assert [bool(line.errors) for line in answer.context["form"].promises] == [False, True, False]
    answer = send(
        advisor, held, **lines("promises", {"text": "没有日期"}), **lines("products", {"confirmation": "QR-1"})
    )
    form = answer.context["form"]
    assert "due_on" in form.promises.forms[0].errors and "product" in form.talks.forms[0].errors
    assert not Contact.objects.exists()


def test_more_lines_than_anybody_promises_are_refused(cast: Cast, advisor: Browser) -> None:
    many = [{"text": f"承诺第{at}项", "due_on": DUE} for at in range(11)]
    assert send(advisor, client_of(cast), **lines("promises", *many)).status_code == 422
    assert not Promise.objects.exists()


def test_who_may_not_advise_names_no_product_whatever_is_sent(cast: Cast, advisor: Browser) -> None:
    held, fund = client_of(cast), product(cast, "R2")
    profile = cast.advisor_profile
    profile.licence, profile.licence_until = Licence.ADVISER, timezone.localdate() - timedelta(days=1)
    profile.save()
    assert send(advisor, held, advice_given="on", **lines("products", {"product": fund.pk})).status_code == 302
    contact = Contact.objects.get()
    assert not contact.advice_given and not contact.recommendations.exists()


def test_the_profile_is_asked_for_what_it_lacks_and_filled_with_the_log(cast: Cast, advisor: Browser) -> None:
    held = client_of(cast)
    ClientProfile.objects.create(branch=cast.home, client=held, wealth_source="salary")
    form = advisor.get(reverse("servicelog:contact_new"), {"client": held.pk}).context["form"]
    assert list(form.questions.fields) == [
        "liquidity_need", "experience_years", "goal_return_note", "wishes", "main_investments",
    ]  # fmt: skip
    answers = {"profile-liquidity_need": "high", "profile-experience_years": "8", "profile-wealth_source": "family"}
    assert send(advisor, held, **answers).status_code == 302
    profile, contact = ClientProfile.objects.get(), Contact.objects.get()
    assert (profile.liquidity_need, profile.experience_years, profile.wealth_source) == ("high", 8, "salary")
    assert contact.learnt == ["liquidity_need", "experience_years"]
    assert AuditEntry.objects.get(action="clients.profile_saved").detail["contact"] == contact.pk
    page = advisor.get(reverse("servicelog:contact_detail", args=[contact.pk])).content.decode()
    assert "补充的资料" in page and "流动性需求" in page


def test_what_a_colleague_filled_in_meanwhile_stays(cast: Cast) -> None:
    held = client_of(cast)
    ClientProfile.objects.create(branch=cast.home, client=held, liquidity_need="low")
    logged = log(cast, held, learnt={"liquidity_need": "high", "wishes": "子女留学"})
    profile = ClientProfile.objects.get()
    assert (profile.liquidity_need, profile.wishes, logged.contact.learnt) == ("low", "子女留学", ["wishes"])


def test_an_answer_that_cannot_be_leaves_neither_log_nor_profile(cast: Cast, advisor: Browser) -> None:
    held = client_of(cast)
    with pytest.raises(ServiceLogError) as refused:
        log(cast, held, learnt={"experience_years": 99999})
    assert refused.value.field == "learnt.experience_years"
    answer = send(advisor, held, **{"profile-experience_years": "99999"})
    assert answer.status_code == 422 and answer.context["form"].questions.errors
    assert not Contact.objects.exists() and not ClientProfile.objects.exists()


def test_what_was_recommended_before_the_log_belongs_to_it(cast: Cast) -> None:
    held, other, fund = client_of(cast), client_of(cast, "80000002", "王丽"), product(cast, "R2")
    made = recommend(client=held, product=fund, actor=cast.advisor, said=["level"])
    elsewhere = recommend(client=other, product=fund, actor=cast.advisor)
    refused = record_refused_attempt(client=held, product=product(cast, "R5"), actor=cast.advisor)
    log(cast, held, held_at=timezone.now(), reached=False)
    made.refresh_from_db()
    assert made.contact is None
    logged = log(
        cast,
        held,
        held_at=timezone.now(),
        summary="介绍了稳健产品的期限与风险，客户表示回家商量",
        products=[ProductTalk(fund)],
    )
    for row in (made, elsewhere, refused):
        row.refresh_from_db()
    assert (logged.linked, made.contact, elsewhere.contact, refused.contact) == (1, logged.contact, None, None)
    # Named in the log as well, it is still one recommendation, with what the client was told.
    assert logged.contact.recommendations.get() == made
    again = log(cast, held, held_at=timezone.now(), summary="客户来电确认已收到产品说明书，下周再谈")
    assert (again.linked, Recommendation.objects.filter(contact=again.contact).count()) == (0, 0)


def test_a_recommendation_of_another_day_stays_alone(cast: Cast) -> None:
    held = client_of(cast)
    made = recommend(client=held, product=product(cast, "R2"), actor=cast.advisor)
    Recommendation.objects.filter(pk=made.pk).update(made_at=at_ten(3))
    assert log(cast, held, held_at=at_ten(1)).linked == 0
    assert log(cast, held, held_at=at_ten(3), summary="三天前上门介绍了产品的风险与期限，今天补登").linked == 1


def test_the_line_that_was_refused_is_named_to_the_caller(cast: Cast) -> None:
    promises = [PromiseDraft("下周寄材料", date(2099, 1, 1)), PromiseDraft("保证收益八个点", date(2099, 1, 1))]
    with pytest.raises(ForbiddenWording) as refused:
        log(cast, client_of(cast), promises=promises)
    assert (refused.value.field, refused.value.at) == ("promises", 1)
