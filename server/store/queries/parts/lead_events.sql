-- part: lead_events, the stage events with the lead that each belongs to; put in front of the queries that count leads
-- Who enters a stage is the contact, else the deal, else the account. Each inquiry of theirs begins a new lead; what comes
-- before the first belongs to lead 0. A lead that is sent back enters a stage again: its first entry counts.
WITH lead_events AS (
  SELECT account_id, stage, entered_at_us, entered_at_day, entered_at_week,
         COALESCE(contact_id, opportunity_id, account_id) AS who,
         SUM(CASE WHEN stage = 'inquiry' THEN 1 ELSE 0 END) OVER (
           PARTITION BY COALESCE(contact_id, opportunity_id, account_id)
           ORDER BY entered_at_us, CASE WHEN stage = 'inquiry' THEN 0 ELSE 1 END, event_id
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
         ) AS lead_number
  FROM stage_events
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
)
