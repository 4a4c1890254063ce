"""The addresses of the access table with records of a full branch, and the faces that one address has by its query."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from django.urls import reverse

from tests.architecture.access_rows import SEES_ONE
from tests.architecture.access_table import TABLE
from tests.architecture.world import RECORDS, Arguments, Side
from tests.fixtures.rich_branch import RichBranch

#: Sends a file, or leads elsewhere: not a page.
NOT_PAGES = {"clients:export_file", "advisors:result_template", "api_schema", "retention:reason_figures_file"}
#: Fragments that a page fills in; alone they are not documents.
FRAGMENTS = {
    "running_jobs",
    "job_progress",
    "demo_loading",
    "clients:view_counts",
    "clients:more_rows",
    "core:notification_menu",
    "core:notification_bell",
    "allocation:redirect_effect",
    "allocation:lock_price",
    "allocation:review_status",
    "retention:client_case",
    "retention:consent_panel",
    "retention:risk_policy_effect",
    "servicelog:whom",
    "servicelog:product_counts",
    "servicelog:suitability",
    "retention:drill_stage",
    "retention:search",
}
#: Answers only about a record that the query names: address -> kind of record, which is also the parameter. Of a client of
#: the advisor: the colleague has nothing to ask there.
ABOUT = {"api:match-list": "client", "api:assignment-responsible": "client"}
#: What an address must be asked besides.
ALSO = {"api:assignment-responsible": "&on=2026-11-20"}
FACES = {
    "clients:list": ["view=core", "sort=-assets&rows=20", "tier=4&quiet_days=60", "advisor=none", "q=张"],
    "clients:detail": [
        f"tab={name}"
        for name in ("value", "holdings", "movements", "products", "persona", "signs", "profile", "service", "notes")
    ],
    "clients:search": ["q=zh"],
    "allocation:plan_detail": ["tab=balance"],
    "advisors:list": ["now=all"],
    "retention:case_list": ["figure=opened&by=tier&key="],
    "retention:request_list": ["figure=requests"],
    "retention:figures": ["by=month"],
    "advisors:contest_list": ["year=2026"],
}


def records_of(branch: RichBranch) -> dict[str, Arguments]:
    """One record of every kind, held by the advisor of the cast; the plan is the branch's own."""
    cast = branch.cast
    moved = branch.plan.lines.select_related("client").order_by("pk").first()
    assert moved is not None
    side = Side(cast.home, cast.director, cast.advisor_profile, branch.held, moved.client, Path(mkdtemp()))
    own_plan = {"plan": lambda _side: {"pk": branch.plan.pk}}
    return {name: make(side) for name, make in (RECORDS | own_plan).items()}


def addresses_of(records: dict[str, Arguments], who: str, *, api: bool = False, fragments: bool = False) -> list[str]:
    """What this person may GET: pages or the API, with or without the parts that pages fill in."""
    found = []
    for name, row in TABLE.items():
        if name in NOT_PAGES or name.startswith("api:") != api or (name in FRAGMENTS and not fragments):
            continue
        if name in ABOUT and who not in SEES_ONE:
            continue
        if who in row.methods.get("get", ()):
            address = reverse(name, kwargs=records[row.record] if row.record else {})
            named = f"{ABOUT[name]}={records[ABOUT[name]]['pk']}{ALSO.get(name, '')}" if name in ABOUT else row.query
            queries = [named, *FACES.get(name, [])]
            found += [f"{address}?{query}" if query else address for query in queries]
    return found
