"""Files to items: one format a module, and an ordered registry that looks at the content first, then at the name."""
