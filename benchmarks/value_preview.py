"""Trying a value policy against the raw limit: `python -m benchmarks.value_preview [--clients N]`.

One scratch database, filled as for benchmarks.rescore and dropped at the end. Against numpy's stable argsort of the branch's
values, measured in the same run: a move of weights and cut-offs (nothing read but the state of the data and the names), and a
move of the half-life (blocks read again). Then the same through the whole page: login, form, template, as one request.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._scratch import SMALL, migrated, seconds
from benchmarks.rescore import DAY, FILL, NEXT_DAY

TIMES = 9


def measure(clients: int) -> dict[str, list[float]]:
    from django.db import connection
    from django.test import Client

    from branch_crm.core.models import Branch, Role, Staff
    from clients.domain.value.rules import DEFAULT_RULES
    from clients.forms_value import ValuePolicyForm
    from clients.models import ClientValue, ImportRun
    from clients.services.preview_value_policy import preview_value_policy
    from clients.services.score_branch import score_branch

    branch = Branch.objects.create(code=f"P{clients}", name="benchmark")
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat(), "next": NEXT_DAY.isoformat()}
    with connection.cursor() as cursor:
        filled = seconds(lambda: cursor.execute(FILL.replace("% ", "%% "), names))
        cursor.execute("VACUUM ANALYZE")
    print(f"{clients:,} clients filled in {filled:.0f} s", flush=True)
    ImportRun.objects.create(branch=branch, state="done", source="command", path="/", label="x", data_as_of=DAY)
    run = score_branch(branch=branch, as_of=DAY)
    values = np.array(ClientValue.objects.filter(run=run).order_by("client").values_list("value", flat=True))

    director = Staff.objects.create(username="bench", name="bench", role=Role.DIRECTOR, branch=branch)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    step = itertools.count(1)

    def weights() -> dict[str, Any]:
        a = 0.3 + next(step) / 1000
        return {**DEFAULT_RULES, "weights": {"commission": a, "purchasing": 0.3, "assets": round(0.7 - a, 6)}}

    def cut_offs() -> dict[str, Any]:
        rules = copy.deepcopy(DEFAULT_RULES) | {"core_share": 0.6 + next(step) / 1000, "type_cutoff": 0.5}
        rules["tiers"][3]["assets"] = 900_000 + next(step)
        return rules

    def half_life() -> dict[str, Any]:
        return {**DEFAULT_RULES, "half_life_sessions": 91 + next(step)}

    def tried(rules: Callable[[], dict[str, Any]]) -> None:
        assert preview_value_policy(branch=branch, rules=rules()) is not None

    def page(rules: Callable[[], dict[str, Any]]) -> None:
        form = {name: value for name, value in ValuePolicyForm(rules=rules()).initial.items() if value is not None}
        answer = browser.post("/policies/value/preview/", form, headers={"hx-request": "true"})
        assert answer.status_code == 200 and json.loads(answer["HX-Trigger"]) == {"faults": {}}

    tried(weights)
    work: dict[str, Callable[[], None]] = {
        "stable argsort of the values": lambda: np.argsort(-values, kind="stable"),
        "weights moved": lambda: tried(weights),
        "cut-offs moved": lambda: tried(cut_offs),
        "half-life moved, blocks read again": lambda: tried(half_life),
        "weights moved, the whole request": lambda: page(weights),
        "half-life moved, the whole request": lambda: page(half_life),
    }
    return {name: sorted(seconds(each) for _time in range(TIMES)) for name, each in work.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=SMALL)
    chosen = options.parse_args()
    with migrated():
        figures = measure(chosen.clients)
        limit = figures["stable argsort of the values"][0]
        print(f"\n{'':<40}{'fastest':>12}{'median':>12}{'x argsort':>12}")
        for name, times in figures.items():
            print(
                f"{name:<40}{times[0] * 1000:>9.1f} ms{times[len(times) // 2] * 1000:>9.1f} ms{times[0] / limit:>12.1f}"
            )


if __name__ == "__main__":
    main()
