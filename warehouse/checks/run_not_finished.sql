-- No run is still open in what readers see; crashed runs are history, not damage. Those of a
-- lake may be going.
SELECT run_id, 'the run is ' || status
FROM runs
WHERE status = 'running' AND writer IS NULL
