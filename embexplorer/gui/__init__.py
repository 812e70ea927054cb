"""The window, thin: it shows resolved values and tells what the user did. The only package that knows Qt."""
