"""Generate code from the service model: `ecrkit/models/` and `ecrkit/errors/_service.py`. Not shipped."""
