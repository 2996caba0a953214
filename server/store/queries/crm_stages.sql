-- purpose: how many leads entered a stage, by region of the account and day
-- with: lead_events
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, date_day INTEGER, entered BIGINT
SELECT geo, date_day, CAST(COUNT(*) AS BIGINT) AS entered
FROM (
  SELECT COALESCE(MIN(a.region), 'national') AS geo, MIN(e.entered_at_day) AS date_day
  FROM lead_events AS e
  LEFT JOIN accounts a ON a.dataset = $dataset AND a.account_id = e.account_id
        AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
  WHERE e.stage = $stage
  GROUP BY e.who, e.lead_number
) AS firsts
GROUP BY geo, date_day
ORDER BY geo, date_day
