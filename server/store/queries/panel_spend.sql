-- purpose: spend and exposure of a dataset by channel, geo and day, for the panel of a marketing-mix model
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: channel VARCHAR, geo VARCHAR, date_day INTEGER, currency VARCHAR, spend_minor BIGINT,
--          exposure DOUBLE, impressions DOUBLE, clicks DOUBLE (each NULL where no row of the group has it)
SELECT channel, geo, date_day, currency,
       CAST(SUM(amount_minor) AS BIGINT) AS spend_minor,
       CAST(SUM(exposure) AS DOUBLE) AS exposure,
       CAST(SUM(impressions) AS DOUBLE) AS impressions,
       CAST(SUM(clicks) AS DOUBLE) AS clicks
FROM spend
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY channel, geo, date_day, currency
ORDER BY channel, geo, date_day, currency
