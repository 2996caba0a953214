-- purpose: campaigns by id
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: campaign_id VARCHAR, name VARCHAR, channel VARCHAR
SELECT campaign_id, name, channel
FROM campaigns
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY campaign_id
