-- No run is still open in what readers see; crashed runs are history, not damage.
SELECT run_id, 'the run is ' || status
FROM runs
WHERE status = 'running'
