"""Sources as declared in the seeds: read and checked."""
