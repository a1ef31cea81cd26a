"""ecrkit: the typed, high-level Python SDK for Amazon ECR."""
