-- purpose: the weekly totals behind the tiles of the overview
-- with: lead_events
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: metric VARCHAR (spend, won_revenue, pipeline in minor units; won_deals, lost_deals, created_deals, touches, and
--          one a stage as leads that entered it), week INTEGER (Monday weeks), currency VARCHAR (of money), total BIGINT
SELECT 'spend' AS metric, date_week AS week, currency, CAST(SUM(amount_minor) AS BIGINT) AS total
FROM spend
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY date_week, currency
UNION ALL
SELECT 'won_revenue', closed_at_week, currency, CAST(SUM(amount_minor) AS BIGINT)
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status = 'won' AND closed_at_week IS NOT NULL
GROUP BY closed_at_week, currency
UNION ALL
SELECT status || '_deals', closed_at_week, NULL, CAST(COUNT(*) AS BIGINT)
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status IN ('won', 'lost')
      AND closed_at_week IS NOT NULL
GROUP BY status, closed_at_week
UNION ALL
SELECT 'pipeline', created_at_week, currency, CAST(SUM(amount_minor) AS BIGINT)
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY created_at_week, currency
UNION ALL
SELECT 'created_deals', created_at_week, NULL, CAST(COUNT(*) AS BIGINT)
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY created_at_week
UNION ALL
SELECT 'touches', touched_at_week, NULL, CAST(COUNT(*) AS BIGINT)
FROM touches
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY touched_at_week
UNION ALL
SELECT stage, week, NULL, CAST(COUNT(*) AS BIGINT)
FROM (
  SELECT stage, MIN(entered_at_week) AS week
  FROM lead_events
  WHERE stage NOT IN ('won', 'lost')
  GROUP BY stage, who, lead_number
) AS firsts
GROUP BY stage, week
ORDER BY metric, week, currency
