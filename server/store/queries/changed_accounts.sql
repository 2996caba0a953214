-- purpose: accounts whose journeys may differ between two batches, and those whose end depends on the end of the data
-- parameters: $dataset VARCHAR, $after BIGINT last batch seen before, $as_of BIGINT last batch seen now
-- columns: account_id VARCHAR (NULL: something that concerns every account, such as a rate of exchange)
-- A row changed when it came, or was replaced, after $after and up to $as_of. A touch without an account belongs to that of
-- its contact, so a changed contact changes the account it was in and the one it is in.
SELECT DISTINCT account_id
FROM (
  SELECT COALESCE(t.account_id, c.account_id, t.contact_id) AS account_id
  FROM touches t
  LEFT JOIN contacts c ON c.contact_id = CASE WHEN t.account_id IS NULL THEN t.contact_id ELSE NULL END AND c.dataset = $dataset
       AND c.batch_seq <= $as_of AND c.superseded_seq > $after
  WHERE t.dataset = $dataset AND t.batch_seq <= $as_of AND t.superseded_seq > $after
    AND (t.batch_seq > $after OR t.superseded_seq <= $as_of)
  UNION ALL
  SELECT CASE WHEN n = 1 THEN COALESCE(account_id, contact_id) ELSE contact_id END
  FROM contacts, (SELECT 1 AS n UNION ALL SELECT 2) AS ways
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $after
    AND (batch_seq > $after OR superseded_seq <= $as_of)
  UNION ALL
  SELECT account_id FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $after
    AND (batch_seq > $after OR superseded_seq <= $as_of OR (status = 'lost' AND closed_at_us IS NULL))
  UNION ALL
  SELECT account_id FROM stage_events
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $after
    AND (batch_seq > $after OR superseded_seq <= $as_of)
  UNION ALL
  SELECT o.account_id FROM opportunity_contacts r
  JOIN opportunities o ON o.dataset = r.dataset AND o.opportunity_id = r.opportunity_id
       AND o.batch_seq <= $as_of AND o.superseded_seq > $after
  WHERE r.dataset = $dataset AND r.batch_seq <= $as_of AND r.superseded_seq > $after
    AND (r.batch_seq > $after OR r.superseded_seq <= $as_of)
  UNION ALL
  SELECT CAST(NULL AS VARCHAR) FROM fx_rates
  WHERE batch_seq <= $as_of AND superseded_seq > $after
    AND (batch_seq > $after OR superseded_seq <= $as_of)
) AS parts
ORDER BY account_id
