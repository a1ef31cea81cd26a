"""The registry wire (`/v2/`) as ECR speaks it, for Docker, skopeo, podman, buildah, oras.

Every request becomes one or a few of the service's own operations, so both wires see the same state and refuse alike.
"""

from ecrkit.local.registry_wire.routes import registry_routes

__all__ = ["registry_routes"]
