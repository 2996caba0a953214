-- purpose: spend of a dataset by channel, campaign and day, for the cost of what was credited to them
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: channel VARCHAR, campaign_id VARCHAR ('' where the row names none), date_day INTEGER, currency VARCHAR,
--          spend_minor BIGINT
SELECT channel, campaign_id, date_day, currency, CAST(SUM(amount_minor) AS BIGINT) AS spend_minor
FROM spend
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY channel, campaign_id, date_day, currency
ORDER BY channel, campaign_id, date_day, currency
