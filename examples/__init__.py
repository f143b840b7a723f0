"""Examples of how the package is used; each is run by a test."""
