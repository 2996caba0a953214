-- purpose: channels and campaigns that touches name, in order of name, with how many touches each has
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: channel VARCHAR, campaign_id VARCHAR (NULL where the touch names none), touches BIGINT
SELECT channel, campaign_id, CAST(COUNT(*) AS BIGINT) AS touches
FROM touches
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY channel, campaign_id
ORDER BY channel, campaign_id
