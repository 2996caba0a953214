-- purpose: accounts of about one touch in a thousand, by which a large store is read in ranges of like size
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: account_id VARCHAR
-- Which rows are drawn decides only how even the ranges are, never what comes out.
SELECT COALESCE(t.account_id, c.account_id, t.contact_id) AS account_id
FROM (
  SELECT account_id, contact_id FROM touches TABLESAMPLE 0.1 PERCENT (BERNOULLI)
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
) AS t
LEFT JOIN contacts c ON c.contact_id = CASE WHEN t.account_id IS NULL THEN t.contact_id ELSE NULL END AND c.dataset = $dataset
     AND c.batch_seq <= $as_of AND c.superseded_seq > $as_of
ORDER BY account_id
