"""What pushing and listing cost, measured side by side: `python -m benchmarks`."""
