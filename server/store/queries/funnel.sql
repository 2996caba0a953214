-- purpose: when each lead (or account) first entered each stage
-- with: lead_events
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen, $by_account BIGINT (1: an account counts once; 0: each lead),
--             $with_channel BIGINT (1: find the account's first touch)
-- columns: channel VARCHAR (of the account's first touch, NULL where not asked or none), region VARCHAR,
--          inquiry_us, mql_us, sal_us, sql_us, opportunity_us, won_us, lost_us BIGINT (NULL where never entered)
SELECT f.channel, a.region, s.inquiry_us, s.mql_us, s.sal_us, s.sql_us, s.opportunity_us, s.won_us, s.lost_us
FROM (
  SELECT MIN(account_id) AS account_id,
         MIN(CASE WHEN stage = 'inquiry' THEN entered_at_us END) AS inquiry_us,
         MIN(CASE WHEN stage = 'mql' THEN entered_at_us END) AS mql_us,
         MIN(CASE WHEN stage = 'sal' THEN entered_at_us END) AS sal_us,
         MIN(CASE WHEN stage = 'sql' THEN entered_at_us END) AS sql_us,
         MIN(CASE WHEN stage = 'opportunity' THEN entered_at_us END) AS opportunity_us,
         MIN(CASE WHEN stage = 'won' THEN entered_at_us END) AS won_us,
         MIN(CASE WHEN stage = 'lost' THEN entered_at_us END) AS lost_us
  FROM lead_events
  GROUP BY CASE WHEN $by_account = 1 THEN account_id ELSE who END, CASE WHEN $by_account = 1 THEN 0 ELSE lead_number END
) AS s
LEFT JOIN accounts a ON a.dataset = $dataset AND a.account_id = s.account_id
     AND a.batch_seq <= $as_of AND a.superseded_seq > $as_of
LEFT JOIN (
  -- Of several touches at the first moment the name decides, so that the answer does not depend on storage order.
  SELECT t.account_id, MIN(t.channel) AS channel
  FROM touches t
  JOIN (
    SELECT account_id, MIN(touched_at_us) AS first_us
    FROM touches
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND $with_channel = 1
    GROUP BY account_id
  ) AS m ON m.account_id = t.account_id AND m.first_us = t.touched_at_us
  WHERE t.dataset = $dataset AND t.batch_seq <= $as_of AND t.superseded_seq > $as_of AND $with_channel = 1
  GROUP BY t.account_id
) AS f ON f.account_id = s.account_id
