"""The metadata of a local ECR, in SQLite. The bytes of layers are in `ecrkit.local.blobs`."""
