-- purpose: the first entry of each lead to a stage, with its account
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: account_id VARCHAR, entered_day INTEGER
-- What enters is the contact, else the deal, else the account, as in crm_stages.sql.
SELECT account_id, entered_day
FROM (
  SELECT COALESCE(contact_id, opportunity_id, account_id) AS lead, MIN(account_id) AS account_id,
         MIN(entered_at_day) AS entered_day
  FROM stage_events
  WHERE dataset = $dataset AND stage = $stage AND batch_seq <= $as_of AND superseded_seq > $as_of
  GROUP BY COALESCE(contact_id, opportunity_id, account_id)
) AS firsts
ORDER BY entered_day, account_id, lead
