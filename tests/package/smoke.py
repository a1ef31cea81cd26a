"""What has to work right after `pip install ecrkit`, without extras (`bare`) and with all of them (`full`)."""

import importlib.metadata
import sys
import time


def bare() -> None:
    """Import everything that needs no extra, and see what is said about one that is missing."""
    begun = time.perf_counter()
    import ecrkit  # noqa: PLC0415 -- its time is measured

    print(f"import ecrkit: {(time.perf_counter() - begun) * 1000:.0f} ms")
    assert ecrkit.__version__ == importlib.metadata.version("ecrkit")
    begun = time.perf_counter()
    registry = ecrkit.Registry(region_name="us-east-1")
    print(f"Registry(): {(time.perf_counter() - begun) * 1000:.0f} ms, boto3 included")
    assert registry.region_name == "us-east-1"
    try:
        from ecrkit import local  # noqa: PLC0415 -- needs an extra

        said = f"nothing: {local.__name__} could be imported"
    except ImportError as error:
        said = str(error)
    if "ecrkit[local]" not in said:
        sys.exit(f"Without its extra, the local ECR says {said}")


def full() -> None:
    """Push a layer and an image to a local ECR, and read them back."""
    from ecrkit import oci  # noqa: PLC0415 -- after `bare` was possible without
    from ecrkit.local import LocalECR  # noqa: PLC0415 -- as above

    with LocalECR() as ecr:
        repository = ecr.registry().create_repository("smoke")
        layer = repository.push_layer(b"a layer")
        config = oci.build_config("linux/amd64", [layer.digest])
        repository.push_layer(config.raw)
        image = repository.put_image(oci.build_manifest(config.descriptor(), [layer.descriptor()]), "1")
        assert [found.digest for found in repository.images()] == [image.digest]
        assert [found.digest for found in repository.image("1").layers()] == [layer.digest]
    print("pushed to a local ECR and read back")


if __name__ == "__main__":
    {"bare": bare, "full": full}[sys.argv[1]]()
