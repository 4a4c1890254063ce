"""Moments that the calendar brings: expiries, maturities, birthdays, festivals."""

#: M3: so many days before the assessment ends, at three points. Each point asks once per end date.
RISK_EXPIRING = """
    SELECT client_id, 'risk:' || risk_valid_until || ':' || stage, net, risk_valid_until,
           jsonb_build_object('valid_until', risk_valid_until, 'days_left', risk_valid_until - %(day)s)
    FROM (
        SELECT *, CASE WHEN risk_valid_until - %(day)s <= %(last)s THEN 'last'
                       WHEN risk_valid_until - %(day)s <= %(second)s THEN 'second' ELSE 'first' END AS stage
        FROM mot_client WHERE risk_valid_until >= %(day)s AND risk_valid_until - %(day)s <= %(first)s
    ) ending
"""

#: M3: an assessment that has ended blocks every recommendation.
RISK_EXPIRED = """
    SELECT client_id, 'risk:' || risk_valid_until, net, NULL::date,
           jsonb_build_object('valid_until', risk_valid_until)
    FROM mot_client WHERE risk_valid_until < %(day)s AND %(day)s - risk_valid_until <= %(within)s
"""

ID_EXPIRING = """
    SELECT client_id, 'id:' || id_valid_until || ':' || stage, net, id_valid_until,
           jsonb_build_object('valid_until', id_valid_until, 'days_left', id_valid_until - %(day)s)
    FROM (
        SELECT *, CASE WHEN id_valid_until - %(day)s <= %(last)s THEN 'last' ELSE 'first' END AS stage
        FROM mot_client WHERE id_valid_until >= %(day)s AND id_valid_until - %(day)s <= %(first)s
    ) ending
"""

#: M10: products the client still holds by his orders.
PRODUCT_MATURING = """
    SELECT client_id, 'product:' || product_code || ':' || matures_on || ':' || stage, amount, matures_on,
           jsonb_build_object('product', product_code, 'name', name, 'matures_on', matures_on, 'amount', amount)
    FROM (
        SELECT DISTINCT ON (client_id) *, CASE WHEN matures_on <= %(last_day)s THEN 'last' ELSE 'first' END AS stage
        FROM (
            SELECT o.client_id, o.product_code, max(o.product_name) AS name, max(o.matures_on) AS matures_on,
                   sum(CASE o.kind WHEN 'buy' THEN o.amount WHEN 'redeem' THEN -o.amount ELSE 0 END) AS amount
            FROM clients_productorder o JOIN mot_client m USING (client_id)
            WHERE o.branch_id = %(branch)s AND o.day <= %(day)s
            GROUP BY o.client_id, o.product_code
        ) held
        WHERE amount > 0 AND matures_on >= %(day)s AND matures_on <= %(far_day)s
        ORDER BY client_id, matures_on, product_code
    ) maturing
"""

#: O1: month and day only, never the year: with the tail of the ID number it would spell the whole number (domain.md §1.5).
#: A night prepares the session that follows it: days from here until that session are kept on it, so that a birthday on a Sunday
#: is kept on Monday, and one on 29 February on the 28th of other years.
KEPT = """
    JOIN generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS kept
      ON to_char({date}, 'MM-DD') = to_char(kept, 'MM-DD')
      OR (to_char({date}, 'MM-DD') = '02-29' AND to_char(kept, 'MM-DD') = '02-28' AND extract(day FROM kept + interval '1 day') = 1)
"""
BIRTHDAY = f"""
    SELECT client_id, 'birthday:' || extract(year FROM kept), 0::numeric, NULL::date,
           jsonb_build_object('day', to_char(kept, 'MM-DD'))
    FROM mot_client {KEPT.format(date="birth_date")}
    WHERE NOT is_institution
"""

ANNIVERSARY = f"""
    SELECT client_id, 'anniversary:' || extract(year FROM kept), 0::numeric, NULL::date,
           jsonb_build_object('opened_on', opened_on, 'years', extract(year FROM age(kept, opened_on)))
    FROM mot_client {KEPT.format(date="opened_on")}
    WHERE opened_on < kept - interval '300 days'
"""

FESTIVAL = """
    SELECT client_id, 'festival:' || f.day, 0::numeric, NULL::date, jsonb_build_object('name', f.name, 'day', f.day)
    FROM mot_client
    JOIN unnest(%(festival_days)s::date[], %(festival_names)s::text[]) AS f(day, name)
      ON f.day BETWEEN %(since)s AND %(until)s
"""
