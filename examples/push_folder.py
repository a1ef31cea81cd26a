"""Push a folder as an image: no Docker, no Dockerfile.

    python examples/push_folder.py team/app 1.4.2 dist --to /app -- python3 /app/server.py
    python examples/push_folder.py team/app 1.4.2 dist --to /app --base 3.12-slim -- /app/server

A base is an image of the same repository; its layers are neither pulled nor pushed again.
"""

import argparse
import sys

from ecrkit import Registry, Repository, oci


def push_folder(
    repository: Repository, folder: str, *, to: str, tag: str, command: list[str], base: str | None = None
) -> str:
    """Put a folder into an image of its own, or on top of a base, and push it. The same content has the same digest."""
    with start_image(repository, base) as builder:
        builder.add_layer(folder, to=to)
        builder.configure(entrypoint=command)
        image = repository.push_image(builder.build(), tags=tag, create_repository=True)
    print(image.report)
    return image.digest


def start_image(repository: Repository, base: str | None) -> oci.ImageBuilder:
    """Start from nothing, or from an image that the repository has."""
    if base is None:
        return oci.ImageBuilder("linux/amd64")
    image = repository.image(base).resolve("linux/amd64")
    manifest = image.manifest()
    if not isinstance(manifest, oci.ImageManifest):
        sys.exit(f"{base} is an index of indexes; name one of its images by its digest")
    return oci.ImageBuilder.on(manifest, image.config())


def main() -> None:
    """Read the command line, and push."""
    parser = argparse.ArgumentParser(description="Push a folder as an image.")
    parser.add_argument("repository")
    parser.add_argument("tag")
    parser.add_argument("folder")
    parser.add_argument("--to", default="/app", help="where the folder is in the image")
    parser.add_argument("--base", help="the tag of an image to build on")
    parser.add_argument("command", nargs="+", help="what a container runs")
    options = parser.parse_args()
    repository = Registry().repository(options.repository)
    digest = push_folder(
        repository, options.folder, to=options.to, tag=options.tag, command=options.command, base=options.base
    )
    print(f"{options.repository}:{options.tag} is {digest}")


if __name__ == "__main__":
    main()
