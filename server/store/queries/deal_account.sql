-- purpose: the account of one deal
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen, $deal VARCHAR
-- columns: account_id VARCHAR, name VARCHAR (of the deal), currency VARCHAR, status VARCHAR
SELECT account_id, name, currency, status
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND opportunity_id = $deal
ORDER BY account_id
