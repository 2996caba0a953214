-- purpose: won revenue, margin, won deals and created pipeline of a dataset by region and day
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, date_day INTEGER, currency VARCHAR, won_minor BIGINT, won_deals BIGINT, margin_minor BIGINT,
--          margin_base_minor BIGINT (won amounts of the deals that state a margin), pipeline_minor BIGINT, created BIGINT
SELECT geo, date_day, currency, CAST(SUM(won_minor) AS BIGINT) AS won_minor, CAST(SUM(won_deals) AS BIGINT) AS won_deals,
       CAST(SUM(margin_minor) AS BIGINT) AS margin_minor, CAST(SUM(margin_base_minor) AS BIGINT) AS margin_base_minor,
       CAST(SUM(pipeline_minor) AS BIGINT) AS pipeline_minor, CAST(SUM(created) AS BIGINT) AS created
FROM (
  SELECT COALESCE(region, 'national') AS geo, closed_at_day AS date_day, currency, amount_minor AS won_minor, 1 AS won_deals,
         COALESCE(gross_margin_minor, 0) AS margin_minor,
         CASE WHEN gross_margin_minor IS NULL THEN 0 ELSE amount_minor END AS margin_base_minor,
         0 AS pipeline_minor, 0 AS created
  FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status = 'won' AND closed_at_day IS NOT NULL
  UNION ALL
  SELECT COALESCE(region, 'national'), created_at_day, currency, 0, 0, 0, 0, amount_minor, 1
  FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
) AS parts
GROUP BY geo, date_day, currency
ORDER BY geo, date_day, currency
