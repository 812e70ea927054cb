"""Background work without Qt: jobs in lanes, and time left."""
