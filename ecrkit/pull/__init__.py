"""Pulling layers: verified against their digest, resumable, and under their final name only when they are right."""
