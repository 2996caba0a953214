-- purpose: the first entry of each lead to a stage, with its account
-- with: lead_events
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: account_id VARCHAR, entered_day INTEGER
SELECT account_id, entered_day
FROM (
  SELECT who, lead_number, MIN(account_id) AS account_id, MIN(entered_at_day) AS entered_day
  FROM lead_events
  WHERE stage = $stage
  GROUP BY who, lead_number
) AS firsts
ORDER BY entered_day, account_id, who, lead_number
