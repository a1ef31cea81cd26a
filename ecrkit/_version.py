"""The version of ecrkit, in one place."""

__version__ = "0.1.0"
