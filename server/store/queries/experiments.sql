-- purpose: finished experiments of a dataset, earliest first
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: experiment_id VARCHAR, channel VARCHAR, kind VARCHAR, starts_on_day INTEGER, ends_on_day INTEGER, geos VARCHAR,
--   lift DOUBLE, lift_se DOUBLE, unit VARCHAR, factor DOUBLE, usual_spend_minor BIGINT, read_until_day INTEGER
SELECT experiment_id, channel, kind, starts_on_day, ends_on_day, geos, lift, lift_se, unit, factor, usual_spend_minor,
  read_until_day
FROM experiments
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY starts_on_day, experiment_id
