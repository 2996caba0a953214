-- purpose: the first entry of each lead to a stage, with its account
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: account_id VARCHAR, entered_day INTEGER
-- What a lead is, as in crm_stages.sql.
SELECT account_id, entered_day
FROM (
  SELECT e.who, e.lead_number, MIN(e.account_id) AS account_id, MIN(e.entered_at_day) AS entered_day
  FROM (
    SELECT account_id, stage, entered_at_day, COALESCE(contact_id, opportunity_id, account_id) AS who,
           SUM(CASE WHEN stage = 'inquiry' THEN 1 ELSE 0 END) OVER (
             PARTITION BY COALESCE(contact_id, opportunity_id, account_id)
             ORDER BY entered_at_us, CASE WHEN stage = 'inquiry' THEN 0 ELSE 1 END, event_id
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS lead_number
    FROM stage_events
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND stage IN ('inquiry', $stage)
  ) AS e
  WHERE e.stage = $stage
  GROUP BY e.who, e.lead_number
) AS firsts
ORDER BY entered_day, account_id, who, lead_number
