-- purpose: one aggregated KPI of a dataset by geo and day
-- parameters: $dataset VARCHAR, $kpi VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, date_day INTEGER, value DOUBLE, unit VARCHAR, value_per_unit DOUBLE, currency VARCHAR
SELECT geo, date_day, value, unit, value_per_unit, currency
FROM outcomes
WHERE dataset = $dataset AND kpi = $kpi AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY geo, date_day
