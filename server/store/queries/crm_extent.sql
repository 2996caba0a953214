-- purpose: what the CRM tables of a dataset hold, so that KPIs computed from them can be offered
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: kpi VARCHAR, currency VARCHAR, geos BIGINT, periods BIGINT, first_day INTEGER, last_day INTEGER, total DOUBLE
-- Stages count leads, as in crm_stages.sql.
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
  FROM (
    SELECT dataset, account_id, stage, entered_at_day, entered_at_week, COALESCE(contact_id, opportunity_id, account_id) AS who,
           SUM(CASE WHEN stage = 'inquiry' THEN 1 ELSE 0 END) OVER (
             PARTITION BY COALESCE(contact_id, opportunity_id, account_id)
             ORDER BY entered_at_us, CASE WHEN stage = 'inquiry' THEN 0 ELSE 1 END, event_id
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS lead_number
    FROM stage_events
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND stage IN ('inquiry', 'mql', 'sql')
  ) AS e
  LEFT JOIN accounts a ON a.dataset = e.dataset AND a.account_id = e.account_id
        AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
  GROUP BY e.stage, e.who, e.lead_number
) AS leads
GROUP BY stage
ORDER BY kpi
