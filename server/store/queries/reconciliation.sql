-- purpose: won revenue of the CRM beside the ledger, by day and currency, to the cent
-- parameters: $dataset VARCHAR, $as_of BIGINT last batch seen
-- columns: date_day INTEGER, currency VARCHAR, won_minor BIGINT, margin_minor BIGINT (of deals that state one), deals BIGINT,
--          ledger_minor BIGINT, entries BIGINT
SELECT date_day, currency,
       CAST(SUM(won_minor) AS BIGINT) AS won_minor, CAST(SUM(margin_minor) AS BIGINT) AS margin_minor,
       CAST(SUM(deals) AS BIGINT) AS deals, CAST(SUM(ledger_minor) AS BIGINT) AS ledger_minor, CAST(SUM(entries) AS BIGINT) AS entries
FROM (
  SELECT closed_at_day AS date_day, currency, amount_minor AS won_minor, COALESCE(gross_margin_minor, 0) AS margin_minor,
         1 AS deals, 0 AS ledger_minor, 0 AS entries
  FROM opportunities
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of AND status = 'won' AND closed_at_day IS NOT NULL
  UNION ALL
  SELECT date_day, currency, 0, 0, 0, amount_minor, 1
  FROM ledger
  WHERE dataset = $dataset AND batch_seq <= $as_of AND superseded_seq > $as_of
) AS parts
GROUP BY date_day, currency
ORDER BY date_day, currency
