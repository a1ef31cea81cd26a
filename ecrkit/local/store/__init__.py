"""What a local ECR remembers: the metadata, in SQLite. The bytes of layers are in `ecrkit.local.blobs`."""
