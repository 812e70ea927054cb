"""Filters: text to tree (parse), tree to mask (mask), to text (unparse) and to words (words), and facets."""
