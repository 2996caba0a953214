-- purpose: what journeys need to know of a range of accounts beside their touches, one row a fact, all of an account together
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen, $from_account VARCHAR first account of the range,
--             $to_account VARCHAR first account after it, $scope VARCHAR ('everyone'; 'ended': accounts with a deal won or
--             lost, or that entered the stage; 'reached': accounts that reached the outcome), $outcome VARCHAR ('won' or a
--             stage), $only VARCHAR (account ids separated by character 31, or NULL for all)
-- columns: account_id VARCHAR, fact INTEGER (0 deal, 1 stage entered, 2 role in a deal, 3 the account itself), at_us BIGINT,
--          id VARCHAR (deal, event, deal, -), contact_id VARCHAR, name VARCHAR (status, stage, role, region),
--          ref VARCHAR (currency, deal, -, segment), amount_minor BIGINT, margin_minor BIGINT, closed_us BIGINT, is_primary INTEGER
SELECT f.account_id, f.fact, f.at_us, f.id, f.contact_id, f.name, f.ref, f.amount_minor, f.margin_minor, f.closed_us, f.is_primary
FROM (
  SELECT account_id, CAST(0 AS INTEGER) AS fact, created_at_us AS at_us, opportunity_id AS id, CAST(NULL AS VARCHAR) AS contact_id,
         status AS name, currency AS ref, amount_minor, gross_margin_minor AS margin_minor,
         closed_at_us AS closed_us, CAST(0 AS INTEGER) AS is_primary
  FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
    AND account_id >= $from_account AND account_id < $to_account
  UNION ALL
  SELECT account_id, 1, entered_at_us, event_id, contact_id, stage, opportunity_id, NULL, NULL, NULL, 0
  FROM stage_events
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
    AND account_id >= $from_account AND account_id < $to_account
  UNION ALL
  SELECT o.account_id, 2, CAST(0 AS BIGINT), r.opportunity_id, r.contact_id, r.role, NULL, NULL, NULL, NULL,
         CASE WHEN r.is_primary THEN 1 ELSE 0 END
  FROM opportunity_contacts r
  JOIN opportunities o ON o.dataset = r.dataset AND o.opportunity_id = r.opportunity_id
       AND o.batch_seq <= $as_of AND o.superseded_seq > $as_of
  WHERE r.dataset = $dataset AND r.batch_seq <= $as_of AND r.superseded_seq > $as_of
    AND o.account_id >= $from_account AND o.account_id < $to_account
  UNION ALL
  SELECT account_id, 3, CAST(0 AS BIGINT), NULL, NULL, region, segment, NULL, NULL, NULL, 0
  FROM accounts
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
    AND account_id >= $from_account AND account_id < $to_account
) AS f
WHERE ($scope = 'everyone' OR f.account_id IN (
    SELECT account_id FROM opportunities
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND $outcome = 'won'
      AND (status = 'won' OR (status = 'lost' AND $scope = 'ended'))
    UNION ALL
    SELECT account_id FROM stage_events
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND $outcome <> 'won' AND stage = $outcome
  ))
  AND ($only IS NULL OR f.account_id IN (SELECT UNNEST(STRING_SPLIT($only, CHR(31)))))
ORDER BY f.account_id
