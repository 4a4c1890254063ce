"""Versions beside each other: by everybody who was given one, within like and like, and "not proven" unless it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from retention.domain.compare_scripts import MINIMUM, Given, compare
from retention.models import Reason, RetentionCase, ScriptUse
from retention.queries.script_results import script_results
from retention.services.write_script import write_script, write_version
from tests.cast import Cast

GIVEN = st.builds(
    Given,
    version=st.integers(1, 3),
    stratum=st.tuples(st.integers(1, 2), st.sampled_from(["rate", "loss"])),
    among=st.integers(1, 3),
    spoken=st.booleans(),
    kept=st.none() | st.booleans(),
)


def rows(version: int, kept: int, n: int, stratum: tuple[object, ...] = (1, "rate"), among: int = 2) -> list[Given]:
    return [Given(version, stratum, among, False, at < kept) for at in range(n)]


@given(st.lists(GIVEN, max_size=60))
def test_any_uses_are_counted_once_and_no_interval_leaves_the_possible(given: list[Given]) -> None:
    found = compare(given)
    assert sum(arm.n + arm.waiting for arm in found.arms) + found.alone == len(given)
    for arm in found.arms:
        assert arm.interval is None or (arm.share is not None and arm.interval[0] <= arm.share <= arm.interval[1])
    for row in found.differences:
        if row.interval is not None and row.difference is not None:
            assert -1 <= row.interval[0] <= row.difference <= row.interval[1] <= 1
        assert row.verdict in ("few", "none", "better", "worse")


def test_too_few_say_nothing_however_large_the_difference() -> None:
    few = compare(rows(1, 0, MINIMUM - 1) + rows(2, MINIMUM, MINIMUM))
    assert [row.verdict for row in few.differences] == ["few"]
    enough = compare(rows(1, 10, MINIMUM) + rows(2, 40, MINIMUM))
    assert [row.verdict for row in enough.differences] == ["better"]
    assert [row.verdict for row in compare(rows(1, 25, MINIMUM) + rows(2, 27, MINIMUM)).differences] == ["none"]


def test_a_version_given_to_easier_clients_is_not_better_for_it() -> None:
    """Kept far more often over all, and exactly as often within each group."""
    easy, hard = (1, "rate"), (5, "loss")
    given = [*rows(1, 18, 20, easy), *rows(1, 20, 100, hard), *rows(2, 90, 100, easy), *rows(2, 4, 20, hard)]
    row = compare(given).differences[0]
    assert row.difference == pytest.approx(0.0)
    assert row.verdict == "none"


def test_who_had_no_choice_is_not_compared() -> None:
    found = compare(rows(1, 30, 60, among=1) + rows(2, 60, 60))
    assert (found.alone, [arm.version for arm in found.arms]) == (60, [2])


def test_more_versions_need_stronger_proof() -> None:
    two = [*rows(1, 25, 60), *rows(2, 36, 60)]
    assert compare(two).differences[0].verdict == "better"
    assert compare([*two, *rows(3, 25, 60)]).differences[0].verdict == "none"


@pytest.mark.django_db
def test_episodes_count_when_their_days_are_over(cast: Cast, client: Browser) -> None:
    today = timezone.localdate()
    rate = Reason.objects.get(code="rate")
    first = write_script(branch=cast.home, reason=rate, title_zh="费率", title_en="Rate", body={}, actor=cast.director)
    first.state = "retired"
    first.save()
    second = write_version(script=first.script, body={"zh": {"opening": "您好"}}, actor=cast.director)
    ends = [("kept", "stays"), ("faded", "stays"), ("waiting", "left"), ("waiting", "stays"), ("kept", "stays")]
    for at, (check, outcome) in enumerate(ends):
        served = Client.objects.create(branch=cast.home, client_no=f"8100000{at}", name="客户")
        case = RetentionCase.objects.create(
            branch=cast.home, client=served, source="signal", state="closed", outcome=outcome, check_90=check,
            closed_at=timezone.now(),
        )  # fmt: skip
        use = ScriptUse.objects.create(
            branch=cast.home, client=served, case=case, script=first.script, version=second, among=2
        )
        # The last one is kept by its check already, but its 90 days are not over.
        ScriptUse.objects.filter(pk=use.pk).update(drawn_at=timezone.now() - timedelta(days=91 if at < 4 else 30))
    arm = script_results(first.script, on=today).arms[0]
    assert (arm.version, arm.n, arm.kept, arm.waiting) == (2, 3, 1, 2)
    client.force_login(cast.manager)
    page = client.get(reverse("retention:script_results", args=[first.script_id]))
    assert page.status_code == 200
    assert "81000000" in page.content.decode()
