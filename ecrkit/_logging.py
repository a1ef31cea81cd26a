"""The loggers of the library: below `ecrkit`, and silent unless a program sets up logging."""

import logging


def get_logger(name: str) -> logging.Logger:
    """Return the logger of a module. Log messages must contain no secrets: no credentials, tokens, URLs or bytes of layers."""
    return logging.getLogger(name)


# Else Python writes warnings to stderr by itself.
logging.getLogger("ecrkit").addHandler(logging.NullHandler())
