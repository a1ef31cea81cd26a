"""Every request, response and shape of the service."""
