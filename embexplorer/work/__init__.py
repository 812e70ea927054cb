"""Background work without Qt: jobs in lanes, time left, child processes."""
