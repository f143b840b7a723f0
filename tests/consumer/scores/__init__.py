"""The service that calculates the scores of members."""
