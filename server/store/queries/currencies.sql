-- purpose: currencies that amounts of a dataset are in
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: currency VARCHAR
SELECT DISTINCT currency
FROM (
  SELECT currency FROM spend WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT currency FROM opportunities WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
  UNION ALL
  SELECT currency FROM outcomes WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
) AS parts
WHERE currency IS NOT NULL
ORDER BY currency
