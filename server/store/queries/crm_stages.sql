-- purpose: how many entered a stage for the first time, by region of the account and day
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, date_day INTEGER, entered BIGINT
-- What enters is the contact, else the deal, else the account; entering again is not counted again.
SELECT geo, date_day, CAST(COUNT(*) AS BIGINT) AS entered
FROM (
  SELECT COALESCE(MIN(a.region), 'national') AS geo, MIN(e.entered_at_day) AS date_day
  FROM stage_events e
  LEFT JOIN accounts a ON a.dataset = e.dataset AND a.account_id = e.account_id
        AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
  WHERE e.dataset = $dataset AND e.stage = $stage AND e.batch_seq <= $as_of AND e.superseded_seq > $as_of
  GROUP BY COALESCE(e.contact_id, e.opportunity_id, e.account_id)
) AS firsts
GROUP BY geo, date_day
ORDER BY geo, date_day
