"""The service in which members log their workouts."""
