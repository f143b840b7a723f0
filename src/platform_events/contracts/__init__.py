"""What other languages and CI use: the schemas of all events, and whether releases go together."""
