-- purpose: what the CRM tables of a dataset hold, so that KPIs computed from them can be offered
-- with: lead_events
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: kpi VARCHAR, currency VARCHAR, geos BIGINT, periods BIGINT, first_day INTEGER, last_day INTEGER, total DOUBLE
SELECT 'won_revenue' AS kpi, MIN(currency) AS currency, CAST(COUNT(DISTINCT region) AS BIGINT) AS geos,
       CAST(COUNT(DISTINCT closed_at_week) AS BIGINT) AS periods, MIN(closed_at_day) AS first_day,
       MAX(closed_at_day) AS last_day, CAST(SUM(amount_minor) AS DOUBLE) / 100 AS total
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status = 'won'
UNION ALL
SELECT 'won_deals', MIN(currency), CAST(COUNT(DISTINCT region) AS BIGINT), CAST(COUNT(DISTINCT closed_at_week) AS BIGINT),
       MIN(closed_at_day), MAX(closed_at_day), CAST(COUNT(*) AS DOUBLE)
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status = 'won'
UNION ALL
SELECT 'pipeline', MIN(currency), CAST(COUNT(DISTINCT region) AS BIGINT), CAST(COUNT(DISTINCT created_at_week) AS BIGINT),
       MIN(created_at_day), MAX(created_at_day), CAST(SUM(amount_minor) AS DOUBLE) / 100
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
UNION ALL
SELECT stage, NULL, CAST(COUNT(DISTINCT region) AS BIGINT), CAST(COUNT(DISTINCT week) AS BIGINT), MIN(day), MAX(day),
       CAST(COUNT(*) AS DOUBLE)
FROM (
  SELECT e.stage, MIN(a.region) AS region, MIN(e.entered_at_week) AS week, MIN(e.entered_at_day) AS day
  FROM lead_events AS e
  LEFT JOIN accounts a ON a.dataset = $dataset AND a.account_id = e.account_id
        AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
  WHERE e.stage IN ('inquiry', 'mql', 'sql')
  GROUP BY e.stage, e.who, e.lead_number
) AS leads
GROUP BY stage
ORDER BY kpi
