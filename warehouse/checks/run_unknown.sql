-- Every look at a page belongs to a run.
SELECT DISTINCT run_id, 'pages were looked at in a run that is not in the ledger'
FROM fetches ANTI JOIN runs USING (run_id)
