"""What flows under Prefect share: their runs, artifacts, alarms, missed runs; serving them here."""
