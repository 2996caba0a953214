-- purpose: how many touches a dataset holds, and the last day of which anything is known
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: touches BIGINT, last_day INTEGER (NULL without any row)
SELECT CAST(SUM(touches) AS BIGINT) AS touches, MAX(last_day) AS last_day
FROM (
  SELECT COUNT(*) AS touches, MAX(touched_at_day) AS last_day
  FROM touches WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT 0, MAX(entered_at_day)
  FROM stage_events WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT 0, MAX(COALESCE(closed_at_day, created_at_day))
  FROM opportunities WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
) AS parts
