-- purpose: controls of a dataset by name, geo and day
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: name VARCHAR, geo VARCHAR, date_day INTEGER, value DOUBLE
SELECT name, geo, date_day, value
FROM controls
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY name, geo, date_day
