-- purpose: people per geo of a dataset
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: geo VARCHAR, population DOUBLE
SELECT geo, population
FROM geos
WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
ORDER BY geo
