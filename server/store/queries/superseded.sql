-- purpose: how many records of earlier batches the rows of one batch replaced
-- parameters: $as_of BIGINT the batch
-- columns: row_total BIGINT
SELECT CAST(SUM(n) AS BIGINT) AS row_total
FROM (
  SELECT COUNT(*) AS n FROM accounts WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM contacts WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM campaigns WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM spend WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM touches WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM stage_events WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM opportunities WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM opportunity_contacts WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM activities WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM outcomes WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM controls WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM geos WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM experiments WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM targets WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM fx_rates WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM ledger WHERE superseded_seq = $as_of AND batch_seq < $as_of
  UNION ALL
  SELECT COUNT(*) AS n FROM feedback WHERE superseded_seq = $as_of AND batch_seq < $as_of
) AS replaced
