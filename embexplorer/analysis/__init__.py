"""Questions about items that are answered by columns or by small values: one question a module."""
