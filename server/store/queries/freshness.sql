-- purpose: how much each dated table holds, from when to when, and in how many weeks it has nothing
-- parameters: $as_of BIGINT last batch seen
-- columns: table_name VARCHAR, dataset VARCHAR, row_total BIGINT, first_day INTEGER, last_day INTEGER, weeks BIGINT (with rows),
--          span_weeks BIGINT (from first to last), last_batch BIGINT (that added rows)
SELECT table_name, dataset, row_total, first_day, last_day, weeks, span_weeks, last_batch
FROM (
  SELECT 'spend' AS table_name, dataset, CAST(COUNT(*) AS BIGINT) AS row_total, MIN(date_day) AS first_day,
         MAX(date_day) AS last_day, CAST(COUNT(DISTINCT date_week) AS BIGINT) AS weeks,
         CAST(MAX(date_week) - MIN(date_week) + 1 AS BIGINT) AS span_weeks, CAST(MAX(batch_seq) AS BIGINT) AS last_batch
  FROM spend WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'touches', dataset, CAST(COUNT(*) AS BIGINT), MIN(touched_at_day), MAX(touched_at_day),
         CAST(COUNT(DISTINCT touched_at_week) AS BIGINT), CAST(MAX(touched_at_week) - MIN(touched_at_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM touches WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'stage_events', dataset, CAST(COUNT(*) AS BIGINT), MIN(entered_at_day), MAX(entered_at_day),
         CAST(COUNT(DISTINCT entered_at_week) AS BIGINT), CAST(MAX(entered_at_week) - MIN(entered_at_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM stage_events WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'opportunities', dataset, CAST(COUNT(*) AS BIGINT), MIN(created_at_day), MAX(COALESCE(closed_at_day, created_at_day)),
         CAST(COUNT(DISTINCT created_at_week) AS BIGINT), CAST(MAX(created_at_week) - MIN(created_at_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM opportunities WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'activities', dataset, CAST(COUNT(*) AS BIGINT), MIN(occurred_at_day), MAX(occurred_at_day),
         CAST(COUNT(DISTINCT occurred_at_week) AS BIGINT), CAST(MAX(occurred_at_week) - MIN(occurred_at_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM activities WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'outcomes', dataset, CAST(COUNT(*) AS BIGINT), MIN(date_day), MAX(date_day),
         CAST(COUNT(DISTINCT date_week) AS BIGINT), CAST(MAX(date_week) - MIN(date_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM outcomes WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'controls', dataset, CAST(COUNT(*) AS BIGINT), MIN(date_day), MAX(date_day),
         CAST(COUNT(DISTINCT date_week) AS BIGINT), CAST(MAX(date_week) - MIN(date_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM controls WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
  UNION ALL
  SELECT 'ledger', dataset, CAST(COUNT(*) AS BIGINT), MIN(date_day), MAX(date_day),
         CAST(COUNT(DISTINCT date_week) AS BIGINT), CAST(MAX(date_week) - MIN(date_week) + 1 AS BIGINT),
         CAST(MAX(batch_seq) AS BIGINT)
  FROM ledger WHERE batch_seq <= $as_of AND superseded_seq > $as_of GROUP BY dataset
) AS parts
ORDER BY table_name, dataset
