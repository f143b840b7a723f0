"""How fast the package is, next to what one would write without it: ``python -m benchmarks``."""
