"""The project file: one SQLite file that the user owns, and the caches that may be deleted at any moment."""
