-- purpose: every aggregated KPI series with its unit, extent and total
-- parameters: $as_of BIGINT last batch seen
-- columns: dataset VARCHAR, kpi VARCHAR, unit VARCHAR, currency VARCHAR, geos BIGINT, periods BIGINT,
--          first_day INTEGER, last_day INTEGER, total DOUBLE, valued BIGINT (rows with a value per unit)
SELECT dataset, kpi, MIN(unit) AS unit, MIN(currency) AS currency,
       CAST(COUNT(DISTINCT geo) AS BIGINT) AS geos, CAST(COUNT(DISTINCT date_day) AS BIGINT) AS periods,
       MIN(date_day) AS first_day, MAX(date_day) AS last_day,
       CAST(SUM(value) AS DOUBLE) AS total, CAST(COUNT(value_per_unit) AS BIGINT) AS valued
FROM outcomes
WHERE batch_seq <= $as_of AND superseded_seq > $as_of
GROUP BY dataset, kpi
ORDER BY dataset, kpi
