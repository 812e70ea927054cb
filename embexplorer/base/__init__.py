"""What everything stands on: errors, progress, fingerprints, paths, settings, logs, wording. Knows no other package."""
