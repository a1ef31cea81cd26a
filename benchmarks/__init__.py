"""Compare the cost of pushing and listing: `python -m benchmarks`."""
