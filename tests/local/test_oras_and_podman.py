"""oras and podman against the local ECR: what they push the API reads, and what the API pushes they pull."""
