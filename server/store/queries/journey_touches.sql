-- purpose: touches of a range of accounts, all of an account together
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen, $from_account VARCHAR first account of the range,
--             $to_account VARCHAR first account after it, $scope VARCHAR ('everyone'; 'ended': accounts with a deal won or
--             lost, or that entered the stage; 'reached': accounts that reached the outcome), $outcome VARCHAR ('won' or a
--             stage), $only VARCHAR (account ids separated by character 31, or NULL for all)
-- columns: account_id VARCHAR, at_us BIGINT, touch_id VARCHAR, contact_id VARCHAR, channel VARCHAR, campaign_id VARCHAR
-- Sorted by account only: the reader sorts the few touches of one account by (at_us, touch_id), which is unique and cheaper.
-- The range is compared with the stored column, so that blocks outside it are not read; touches whose account is known from
-- their contact alone are a part of their own, whose join reads only such contacts.
SELECT f.account_id, f.at_us, f.touch_id, f.contact_id, f.channel, f.campaign_id
FROM (
  SELECT account_id, touched_at_us AS at_us, touch_id, contact_id, channel, campaign_id
  FROM touches
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
    AND account_id >= $from_account AND account_id < $to_account
  UNION ALL
  SELECT COALESCE(c.account_id, t.contact_id), t.touched_at_us, t.touch_id, t.contact_id, t.channel, t.campaign_id
  FROM touches t
  LEFT JOIN (
    SELECT contact_id, account_id FROM contacts
    WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
      AND contact_id IN (SELECT contact_id FROM touches WHERE dataset = $dataset AND account_id IS NULL)
  ) AS c ON c.contact_id = t.contact_id
  WHERE t.dataset = $dataset AND t.batch_seq <= $as_of AND t.superseded_seq > $as_of AND t.account_id IS NULL
    AND COALESCE(c.account_id, t.contact_id) >= $from_account AND COALESCE(c.account_id, t.contact_id) < $to_account
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
