"""The verbs: each joins the engines to the project file, as a generator that any front end can run."""
