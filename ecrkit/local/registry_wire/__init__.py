"""The registry protocol (`/v2/`) as implemented by ECR, for Docker, skopeo, podman, buildah and oras.

Every request maps to one or a few operations of the service, so both protocols share state and checks.
"""

from ecrkit.local.registry_wire.routes import registry_routes

__all__ = ["registry_routes"]
