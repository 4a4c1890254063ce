"""The pages of a review, for the advisor, the director and the API: what each sees, does, and is told when it is too early."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.models import Assignment, ServiceReview
from allocation.services.books import Move, move_clients
from allocation.services.decide_review import decide_review
from allocation.services.find_service_reviews import find_service_reviews
from allocation.services.reply_to_review import reply_to_review
from branch_crm.core.models import Notification
from servicelog.models import Complaint
from tests.allocation.service_review import due, logged, noticed, past, served_client
from tests.cast import Cast
from tests.journeys.words import zh

pytestmark = pytest.mark.django_db
LIST = "allocation:service_reviews"


def browser(who) -> Browser:
    client = Browser()
    client.force_login(who)
    return client


def text(who: Browser, url: str) -> str:
    answer = who.get(url, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(review: ServiceReview) -> str:
    return reverse("allocation:service_review", args=[review.pk])


def test_the_advisor_sees_what_to_do_by_when_and_why(cast: Cast):
    client = served_client(cast, name="卫国强")
    short = logged(cast, client, 5, "short")
    review = noticed(cast, client)
    advisor = browser(cast.advisor)
    assert "卫国强" in text(advisor, reverse(LIST))
    shown = text(advisor, page_of(review))
    assert (
        zh("%(held)d of %(wanted)d contacts of the standard in %(days)d days") % {"held": 0, "wanted": 6, "days": 91}
        in shown
    )
    assert zh("the text is too short") in shown
    assert reverse("servicelog:contact_detail", args=[short.pk]) in shown
    assert f"{reverse('servicelog:contact_new')}?client={client.pk}" in shown
    assert "review_decision" not in shown
    assert browser(cast.colleague).get(page_of(review)).status_code == 404
    assert text(browser(cast.colleague), reverse(LIST)).count("data-row") == 0


def test_a_client_who_is_somebody_elses_by_now_is_a_number_to_the_former_advisor(cast: Cast):
    client = served_client(cast, name="卫国强")
    review = noticed(cast, client)
    move_clients(
        branch=cast.home, moves=[Move(client.pk, cast.advisor_profile.pk, cast.colleague_profile.pk)],
        on=timezone.localdate(), reason=Assignment.Reason.REQUEST, plan=None, actor=cast.director,
    )  # fmt: skip
    for page in (reverse(LIST) + "?tab=running", page_of(review)):
        shown = text(browser(cast.advisor), page)
        assert "卫国强" not in shown
        assert client.client_no in shown
        assert "卫国强" in text(browser(cast.director), page)


def test_a_reply_and_a_ruling_over_the_pages(cast: Cast):
    review = noticed(cast, served_client(cast))
    director, address = browser(cast.director), reverse("allocation:review_decision", args=[review.pk])
    early = director.post(address, {"decision": "dismiss", "note": "属实"})
    assert early.status_code == 409
    reply = reverse("allocation:review_reply", args=[review.pk])
    assert browser(cast.advisor).post(reply, {"text": " "}).status_code == 422
    browser(cast.advisor).post(reply, {"text": "客户长期出差，已约定下月见面", "ask_now": "on"})
    assert "客户长期出差" in text(director, page_of(review))
    assert director.post(address, {"decision": "extend", "note": "再给两周"}).status_code == 422
    assert director.post(address, {"decision": "reassign", "note": ""}).status_code == 422
    director.post(address, {"decision": "reassign", "note": "连续一季度未联系"})
    review.refresh_from_db()
    assert (review.state, review.refusal.advisor) == ("upheld", cast.advisor_profile)
    again = director.post(address, {"decision": "dismiss", "note": "改判"})
    assert again.status_code == 409


def test_the_queue_puts_value_first_and_several_are_dismissed_at_once(cast: Cast):
    reviews = [due(cast, served_client(cast, f"800000{at:02d}")) for at in (1, 9)]
    rows = text(browser(cast.director), reverse(LIST))
    assert rows.index("80000009") < rows.index("80000001")
    assert "data-bulk-bar" not in text(browser(cast.manager), reverse(LIST))
    address = reverse("allocation:review_dismissals")
    with patch("django.utils.timezone.localdate", return_value=past(reviews[0])):
        assert browser(cast.director).post(address, {"pk": [reviews[0].pk], "note": ""}).status_code == 422
        browser(cast.director).post(address, {"pk": [reviews[0].pk, "x"], "note": "系统切换期间漏记"})
        assert [review.state for review in ServiceReview.objects.order_by("pk")] == ["dismissed", "due"]
        browser(cast.director).post(f"{address}?finding=no_output", {"all": "1", "note": "同上"})
        assert ServiceReview.objects.filter(state="dismissed").count() == 1
        browser(cast.director).post(f"{address}?finding=under_served", {"all": "1", "note": "同上"})
    assert ServiceReview.objects.filter(state="dismissed").count() == 2


def test_over_the_api(cast: Cast):
    review = noticed(cast, served_client(cast))
    advisor, director = browser(cast.advisor), browser(cast.director)
    url = reverse("api:service-review-detail", args=[review.pk])
    assert [step["step"] for step in advisor.get(url).json()["steps"]] == ["noticed"]
    early = director.post(f"{url}decision/", {"decision": "keep", "note": "老客户"}, content_type="application/json")
    assert early.status_code == 409
    said = {"text": "请直接裁定", "ask_now": True}
    assert advisor.post(f"{url}reply/", said, content_type="application/json").json()["state"] == "due"
    kept = director.post(f"{url}decision/", {"decision": "keep", "note": "老客户"}, content_type="application/json")
    assert kept.json()["state"] == "applied"
    listed = director.get(reverse("api:service-review-list"), {"state": "applied"}).json()["results"]
    assert [row["id"] for row in listed] == [review.pk]


def test_the_page_asks_as_often_for_ten_as_for_two(cast: Cast, django_assert_max_num_queries):
    for at in range(2):
        served_client(cast, f"800000{at:02d}")
    noticed(cast, served_client(cast, "80000090"))
    director = browser(cast.director)
    director.get(reverse(LIST))
    with django_assert_max_num_queries(14) as few:
        director.get(reverse(LIST))
    for at in range(10, 12):
        served_client(cast, f"800000{at:02d}")
    noticed(cast, served_client(cast, "80000091"))
    with django_assert_max_num_queries(len(few)):
        director.get(reverse(LIST))


def test_a_reply_counts_once(cast: Cast):
    review = noticed(cast, served_client(cast))
    for _again in range(2):
        reply_to_review(review=review, actor=cast.advisor, text="已约下周面谈")
    assert review.steps.filter(step="replied").count() == 1


def test_my_book_says_what_the_next_night_would_find_by_the_same_rule(cast: Cast):
    short, excused = served_client(cast, name="卫国强"), served_client(cast, "80000002")
    Complaint.objects.create(
        branch=cast.home, client=excused, received_on=timezone.localdate(), channel="phone", about="fees",
        text="佣金偏高", entered_by=cast.counter,
    )  # fmt: skip
    panel = browser(cast.advisor).get(reverse("allocation:my_reviews"))
    assert [client for client, _finding, _words in panel.context["coming"]] == [short]
    assert panel.context["excused"] == [("complaint", 1)]
    noticed(cast, short)
    panel = browser(cast.advisor).get(reverse("allocation:my_reviews"))
    assert (panel.context["coming"], panel.context["running"]) == ([], 1)


def test_each_is_told_when_it_is_his_turn(cast: Cast):
    review = due(cast, served_client(cast))
    find_service_reviews(cast.home, past(review))
    told = dict.fromkeys(Notification.objects.order_by("pk").values_list("kind", "recipient__username"))
    assert list(told) == [("allocation.review_notice", "advisor"), ("allocation.reviews_due", "director")]
    decide_review(review=review, actor=cast.director, decision="dismiss", note="情况属实", today=past(review))
    last = Notification.objects.order_by("pk").last()
    assert (last.kind, last.recipient, last.url) == ("allocation.review_decided", cast.advisor, page_of(review))
