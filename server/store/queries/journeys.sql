-- purpose: everything that makes up journeys, one row a fact, all facts of an account together
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen, $everyone BIGINT (1: every account; 0: only accounts that
--             reached the outcome), $outcome VARCHAR ('won' or a stage)
-- columns: account_id VARCHAR, fact INTEGER (0 deal, 1 stage entered, 2 role in a deal, 3 touch), at_us BIGINT,
--          id VARCHAR (deal, event, deal, touch), contact_id VARCHAR, name VARCHAR (status, stage, role, channel),
--          ref VARCHAR (currency, deal, -, campaign), amount_minor BIGINT, margin_minor BIGINT, closed_us BIGINT, is_primary INTEGER
-- Sorted by account only: the reader sorts the few facts of one account by (at_us, id), which is unique and cheaper.
SELECT f.account_id, f.fact, f.at_us, f.id, f.contact_id, f.name, f.ref, f.amount_minor, f.margin_minor, f.closed_us, f.is_primary
FROM (
  SELECT account_id, CAST(0 AS INTEGER) AS fact, created_at_us AS at_us, opportunity_id AS id, CAST(NULL AS VARCHAR) AS contact_id,
         status AS name, currency AS ref, amount_minor, gross_margin_minor AS margin_minor,
         closed_at_us AS closed_us, CAST(0 AS INTEGER) AS is_primary
  FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT account_id, 1, entered_at_us, event_id, contact_id, stage, opportunity_id, NULL, NULL, NULL, 0
  FROM stage_events
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT o.account_id, 2, CAST(0 AS BIGINT), r.opportunity_id, r.contact_id, r.role, NULL, NULL, NULL, NULL,
         CASE WHEN r.is_primary THEN 1 ELSE 0 END
  FROM opportunity_contacts r
  JOIN opportunities o ON o.dataset = r.dataset AND o.opportunity_id = r.opportunity_id
       AND o.batch_seq <= $as_of AND o.superseded_seq > $as_of
  WHERE r.dataset = $dataset AND r.batch_seq <= $as_of AND r.superseded_seq > $as_of
  UNION ALL
  SELECT COALESCE(t.account_id, c.account_id, t.contact_id), 3, t.touched_at_us, t.touch_id, t.contact_id, t.channel,
         t.campaign_id, NULL, NULL, NULL, 0
  FROM touches t
  LEFT JOIN contacts c ON c.dataset = $dataset AND c.batch_seq <= $as_of AND c.superseded_seq > $as_of
       AND c.contact_id = CASE WHEN t.account_id IS NULL THEN t.contact_id ELSE NULL END
  WHERE t.dataset = $dataset AND t.batch_seq <= $as_of AND t.superseded_seq > $as_of
) AS f
WHERE $everyone = 1 OR f.account_id IN (
  SELECT account_id FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND $outcome = 'won' AND status = 'won'
  UNION ALL
  SELECT account_id FROM stage_events
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND $outcome <> 'won' AND stage = $outcome
)
ORDER BY f.account_id
