"""Any registry over the OCI distribution protocol (https://github.com/opencontainers/distribution-spec)."""

from ecrkit.transfer.oci_registry.client import RegistryClient, RegistryResponse
from ecrkit.transfer.oci_registry.logins import Anonymous, Credentials, FixedLogin, Login
from ecrkit.transfer.oci_registry.repository import OciRepository

__all__ = [
    "Anonymous",
    "Credentials",
    "FixedLogin",
    "Login",
    "OciRepository",
    "RegistryClient",
    "RegistryResponse",
]
