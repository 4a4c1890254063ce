"""A night of service reviews against the raw limit: `python -m benchmarks.service_reviews [--clients N]`.

One scratch database, with the clients of benchmarks.rescore, advisors, books of a year, tiers and up to fifteen contacts a client,
dropped at the end. The limit, in the same run: reading the same contacts once, counted per client. Then the night, the same
night again, and the next one.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks._scratch import run, seconds
from benchmarks.rescore import DAY, FILL

ADVISORS = 60

#: Every client has an advisor for more than a year, a tier, and up to fifteen contacts; one in six of them does not count.
BOOKS = """
UPDATE clients_client SET advisor_id = (SELECT min(id) FROM advisors_advisor) + id %% %(advisors)s WHERE branch_id = %(branch)s;
UPDATE clients_clientfigures SET value = client_id %% 100, tier = 1 + (client_id %% 25 > 14)::int + (client_id %% 25 > 19)::int
    + (client_id %% 25 > 22)::int + (client_id %% 25 > 23)::int WHERE branch_id = %(branch)s;
INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, reason, end_reason, created_at)
SELECT branch_id, id, advisor_id, date %(day)s - 400, 'counter', '', now() FROM clients_client WHERE branch_id = %(branch)s;
INSERT INTO servicelog_contact (branch_id, client_id, advisor_id, author_id, token, held_at, channel, direction, reached, purpose,
    clas, summary, needs, next_step, advice_given, counts, count_reasons, flagged, learnt, logged_at)
SELECT branch_id, id, advisor_id, %(author)s, gen_random_uuid(), date %(day)s - ((id * 7 + n * 31) %% 200)::int + time '10:00',
    'phone', 'out', true, 'care', '{}', '与客户沟通持仓', CASE WHEN n %% 5 = 0 THEN '养老' ELSE '' END, '', false, n %% 6 > 0,
    CASE WHEN n %% 6 > 0 THEN '{}' ELSE '{short}' END::varchar[], '[]', '{}', now()
FROM clients_client, generate_series(0, (id %% 16)::int - 1) n WHERE branch_id = %(branch)s;
"""

LIMIT = "SELECT client_id, count(*) FILTER (WHERE counts) FROM servicelog_contact GROUP BY client_id"


def measure(clients: int) -> None:
    from django.db import connection

    from advisors.models import Advisor, Licence, Position
    from allocation.models import ServiceReview
    from allocation.services.find_service_reviews import find_service_reviews
    from branch_crm.core.models import Branch, Role, Staff

    branch = Branch.objects.create(code=f"R{clients}", name="benchmark")
    author = Staff.objects.create(username="bench", name="bench", role=Role.DIRECTOR, branch=branch)
    Advisor.objects.bulk_create(
        Advisor(
            branch=branch,
            staff_no=f"B{at}",
            name=f"B{at}",
            position=Position.INVESTMENT_ADVISER,
            licence=Licence.ADVISER,
        )
        for at in range(ADVISORS)
    )
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat(), "advisors": ADVISORS, "author": author.pk}
    with connection.cursor() as cursor:
        cursor.execute(FILL.partition("INSERT INTO clients_monthlysum")[0].replace("% ", "%% "), names)
        cursor.execute(BOOKS, names)
        cursor.execute("VACUUM ANALYZE")
        limit = seconds(lambda: (cursor.execute(LIMIT), cursor.fetchall()))
    night = seconds(lambda: find_service_reviews(branch, DAY))
    again = seconds(lambda: find_service_reviews(branch, DAY))
    following = seconds(lambda: find_service_reviews(branch, DAY + timedelta(days=1)))
    print(f"{clients:,} clients, {ServiceReview.objects.count()} notices: night {night:.1f} s ({night / limit:.1f} x)")
    print(f"limit {limit:.2f} s, the same night again {again:.1f} s, the next {following:.1f} s")


if __name__ == "__main__":
    run(__doc__, measure)
