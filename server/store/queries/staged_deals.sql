-- purpose: every deal with its account, when it was opened and decided, and how
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: account_id VARCHAR, opened_day INTEGER, closed_day INTEGER or NULL, status VARCHAR, currency VARCHAR or NULL,
--          amount_minor BIGINT
SELECT account_id, created_at_day AS opened_day, closed_at_day AS closed_day, status, currency, amount_minor
FROM opportunities
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY opened_day, opportunity_id
