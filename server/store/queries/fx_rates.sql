-- purpose: rates into the reporting currency, of all datasets
-- parameters: $as_of BIGINT last batch seen
-- columns: currency VARCHAR, date_day INTEGER, rate DOUBLE (units of the reporting currency for one unit)
SELECT currency, date_day, MAX(rate) AS rate
FROM fx_rates
WHERE batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY currency, date_day
ORDER BY currency, date_day
