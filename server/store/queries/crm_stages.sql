-- purpose: how many leads entered a stage, by region of the account and day
-- parameters: $dataset VARCHAR, $stage VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, date_day INTEGER, entered BIGINT
-- Who enters is the contact, else the deal, else the account. Each inquiry of theirs begins a new lead; a lead that is sent
-- back and enters the stage again is counted at its first entry only.
SELECT geo, date_day, CAST(COUNT(*) AS BIGINT) AS entered
FROM (
  SELECT COALESCE(MIN(a.region), 'national') AS geo, MIN(e.entered_at_day) AS date_day
  FROM (
    SELECT dataset, account_id, stage, entered_at_day, COALESCE(contact_id, opportunity_id, account_id) AS who,
           SUM(CASE WHEN stage = 'inquiry' THEN 1 ELSE 0 END) OVER (
             PARTITION BY COALESCE(contact_id, opportunity_id, account_id)
             ORDER BY entered_at_us, CASE WHEN stage = 'inquiry' THEN 0 ELSE 1 END, event_id
             ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS lead_number
    FROM stage_events
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND stage IN ('inquiry', $stage)
  ) AS e
  LEFT JOIN accounts a ON a.dataset = e.dataset AND a.account_id = e.account_id
        AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
  WHERE e.stage = $stage
  GROUP BY e.who, e.lead_number
) AS firsts
GROUP BY geo, date_day
ORDER BY geo, date_day
