-- purpose: every channel with its spend, exposure and first and last day, spend and touches together
-- parameters: $as_of BIGINT last batch seen
-- columns: dataset VARCHAR, channel VARCHAR, currency VARCHAR (the only one, else NULL), currencies BIGINT,
--          spend_minor BIGINT, exposure DOUBLE, impressions BIGINT, clicks BIGINT, touches BIGINT,
--          first_day INTEGER, last_day INTEGER, spend_first_day INTEGER, spend_last_day INTEGER
SELECT dataset, channel,
       CASE WHEN COUNT(DISTINCT currency) = 1 THEN MIN(currency) ELSE NULL END AS currency,
       CAST(COUNT(DISTINCT currency) AS BIGINT) AS currencies,
       CAST(COALESCE(SUM(spend_minor), 0) AS BIGINT) AS spend_minor,
       CAST(SUM(exposure) AS DOUBLE) AS exposure,
       CAST(SUM(impressions) AS BIGINT) AS impressions,
       CAST(SUM(clicks) AS BIGINT) AS clicks,
       CAST(COALESCE(SUM(touches), 0) AS BIGINT) AS touches,
       MIN(first_day) AS first_day, MAX(last_day) AS last_day,
       MIN(CASE WHEN touches = 0 THEN first_day END) AS spend_first_day,
       MAX(CASE WHEN touches = 0 THEN last_day END) AS spend_last_day
FROM (
  SELECT dataset, channel, currency, SUM(amount_minor) AS spend_minor, SUM(exposure) AS exposure,
         SUM(impressions) AS impressions, SUM(clicks) AS clicks, 0 AS touches,
         MIN(date_day) AS first_day, MAX(date_day) AS last_day
  FROM spend
  WHERE batch_seq <= $as_of AND superseded_seq > $as_of
  GROUP BY dataset, channel, currency
  UNION ALL
  SELECT dataset, channel, NULL, NULL, NULL, NULL, NULL, COUNT(*), MIN(touched_at_day), MAX(touched_at_day)
  FROM touches
  WHERE batch_seq <= $as_of AND superseded_seq > $as_of
  GROUP BY dataset, channel
) AS parts
GROUP BY dataset, channel
ORDER BY dataset, channel
