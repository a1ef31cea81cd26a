"""Taking an image out of its repository: into a folder, into a file, into another repository; and putting something beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecrkit import oci, pull, push
from ecrkit.errors import InvalidInputError
from ecrkit.references import Digest
from ecrkit.resources.contents import ImageContents

if TYPE_CHECKING:
    from ecrkit.events import Progress
    from ecrkit.pull.archive import ArchiveFormat
    from ecrkit.pull.source import PulledImages
    from ecrkit.push.pushing import LayerToPush
    from ecrkit.push.sources import SourceLike
    from ecrkit.resources.image import Image
    from ecrkit.resources.pushed_image import PushedImage
    from ecrkit.resources.repository import Repository
    from ecrkit.retrying import RetryPolicy


class ImageTransfer(ImageContents):
    """Pulls an image, copies it, and attaches to it."""

    def source(self) -> PulledImages:
        """Give the image as a source like any other: to build on it, to write it, to push it elsewhere.

        Only its manifest is read now. Layers are read from ECR when they are wanted.

        Raises:
            ImageNotFoundError: There is no such image.
        """
        return self._named(self.tag_name)

    def pull(
        self,
        folder: str | os.PathLike[str],
        *,
        referrers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
    ) -> Path:
        """Pull the image, or everything that an index lists, into an OCI layout.

        Every byte is verified before it appears under its name. An interrupted pull goes on where it was when it is called
        again. In a folder that is a layout already, the image comes beside the others, and what is there is not fetched
        again. Threads and processes may pull into one layout at the same time. To pull one platform only, `resolve` it
        first.

        Args:
            folder: A new or empty folder, or an OCI layout.
            referrers: Whether signatures, SBOMs and whatever else refers to the image come too. The index of the layout
                then lists them beside the image, which some tools have to be told by its name.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            workers: How many layers to fetch at the same time, at the most.

        Raises:
            ImageNotFoundError: There is no such image.
            FileExistsError: The folder has something else in it.
            DigestMismatchError: The bytes of a layer are wrong.
            TransportError: The storage did not give a layer in the end.
        """
        source = self.source()
        roots = source.with_referrers() if referrers else source.roots
        return pull.pull_layout(source, roots, Path(folder), workers=workers, progress=progress)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: ArchiveFormat = "oci",  # noqa: A002 -- what users call it
        platform: oci.Platform | str | None = None,
        names: Sequence[str] | None = None,
        referrers: bool = False,
        progress: Progress | None = None,
        workers: int = 4,
    ) -> Path:
        """Pull the image into one file, which appears when it is complete.

        While it is being pulled, its layers take the same space once more, in a hidden folder beside the file.

        Example:
            >>> repository.image("1.4.2").save("app.tar", format="docker", platform="linux/arm64")

        Args:
            path: The file; replaced if it is there.
            format: `oci` for an OCI archive with everything that an index lists; `docker` for what `docker load` takes,
                which is a single image.
            platform: Which image of an index to save.
            names: What Docker is to call the image; `repository:tag` if absent and the handle has a tag.
            referrers: Whether what refers to the image comes too, as for `pull`. Only OCI archives have room for it.
            progress: Is called with each `LayerEvent`, from several threads, but never twice at the same time.
            workers: How many layers to fetch at the same time, at the most.

        Raises:
            InvalidInputError: Docker's format was asked for, and there are several images to choose from, or it was asked
                for with referrers.
            InvalidImageError: There is no image for the platform, or it is an artifact, which Docker cannot load.
        """
        if format not in {"oci", "docker"}:
            raise InvalidInputError(
                f"{format!r} is not a format to save images in; there are 'oci' and 'docker'"
            )
        if referrers and format == "docker":
            raise InvalidInputError(
                "Docker's format has no room for what refers to an image; save it as 'oci', or without referrers"
            )
        chosen = self._one_image(platform) if platform is not None or format == "docker" else self
        source = chosen._named(self.tag_name)  # noqa: SLF001 -- its own class
        if names is None:
            names = [] if self.tag_name is None else [f"{self.repository.name}:{self.tag_name}"]
        return pull.pull_archive(
            source,
            source.with_referrers() if referrers else source.roots,
            Path(path),
            form=format,
            names=names,
            workers=workers,
            progress=progress,
        )

    def copy_to(
        self,
        target: Repository,
        *,
        tags: str | Iterable[str] | None = None,
        referrers: bool = True,
        platforms: Sequence[oci.Platform | str] | None = None,
        progress: Progress | None = None,
        create_repository: bool = False,
        workers: int = 4,
        retry: RetryPolicy | None = None,
    ) -> PushedImage:
        """Copy the image to another repository: of the same account, of another account, in another region.

        Layers stream from one to the other with no file in between, and those that the target has are not even read.
        Manifests arrive byte by byte as they are, so that digests stay. Each side uses the session of its own registry.

        Example:
            >>> production = Registry(boto3.Session(profile_name="prod"), region_name="eu-west-1")
            >>> image.copy_to(production.repository("team/app"), tags="1.4.2")

        Args:
            target: Where to.
            tags: Its tags there; the one of this handle if absent, and none if that is a digest.
            referrers: Whether signatures, SBOMs and whatever else refers to the image go with it, and what cosign keeps
                under tags such as `sha256-8f2d....sig`.
            platforms: Which images of an index to copy; all if absent. See `Repository.push_image`.
            progress: Is called with each `LayerEvent`.
            create_repository: Whether to create the target if it is not there.
            workers: How many layers to copy at the same time, at the most.
            retry: How patient to be with the network and the service.

        Raises:
            ImageNotFoundError: There is no such image.
            TagImmutableError: A tag names another image in the target, and cannot be moved.
        """
        if tags is None:
            tags = () if self.tag_name is None else self.tag_name
        return target.push_image(
            self.source(),
            tags=tags,
            platforms=platforms,
            progress=progress,
            create_repository=create_repository,
            referrers=referrers,
            workers=workers,
            retry=retry,
        )

    def attach(
        self,
        *contents: SourceLike | LayerToPush,
        artifact_type: str,
        media_type: str | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> Image:
        """Put something beside the image that refers to it: an SBOM, a signature, a test report.

        It becomes an image of its own without a tag, which `referrers` lists. To attach the same thing again is a success.

        Example:
            >>> image.attach("sbom.spdx.json", artifact_type="application/spdx+json")

        Args:
            contents: What to attach, each like the source of `push_layer`.
            artifact_type: What kind of artifact it is; `referrers` can be asked for it.
            media_type: What each of the contents is; the artifact type if absent.
            annotations: Whatever else is to be known about it.

        Raises:
            ImageNotFoundError: There is no such image.
            InvalidInputError: There is nothing to attach.
            EmptyLayerError: What is to be attached has no bytes.
        """
        if not contents:
            raise InvalidInputError("There is nothing to attach: give at least one file, or bytes")
        kind = media_type or artifact_type
        for each in (artifact_type, kind):
            push.check_media_type("the artifact", each)
        subject = self.manifest()
        config, *layers = self.repository.push_layers(
            [push.LayerToPush(push.layer_source(oci.EMPTY_JSON), media_type=oci.media_types.OCI_EMPTY)]
            + [_with_type(content, kind) for content in contents]
        )
        manifest = oci.build_manifest(
            config.descriptor(),
            [layer.descriptor() for layer in layers],
            subject=subject.descriptor(),
            artifact_type=artifact_type,
            annotations=annotations,
        )
        return self.repository.put_image(manifest)

    def walk_referrers(self) -> Iterator[Image]:
        """Find everything that refers to the image, and what refers to that in turn, each once and the nearest first.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        waiting = [self.digest or self.manifest().digest]
        seen = set(waiting)
        while waiting:
            for each in self.repository.origin().referrers(waiting.pop(0)):
                digest = Digest(each.digest)
                if digest not in seen:
                    seen.add(digest)
                    waiting.append(digest)
                    yield self.repository.image(digest=digest)

    def _one_image(self, platform: oci.Platform | str | None) -> ImageTransfer:
        if platform is None:
            if isinstance(self.manifest(), oci.ImageManifest):
                return self
            platforms = self.platforms()
            if len(platforms) != 1:
                raise InvalidInputError(
                    f"{self!r} is an index of several images, and the archive holds one; say for which platform: "
                    f"{', '.join(map(str, platforms)) or 'it names none'}"
                )
            platform = platforms[0]
        return self.resolve(platform)

    def _named(self, name: str | None) -> PulledImages:
        manifest = self.manifest()
        annotations = {} if name is None else {oci.REF_NAME: name}
        return pull.PulledImages(
            self.repository.origin(), manifest.descriptor(annotations=annotations), manifest
        )


def _with_type(content: SourceLike | LayerToPush, media_type: str) -> LayerToPush:
    if isinstance(content, push.LayerToPush):
        return replace(content, media_type=content.media_type or media_type)
    return push.LayerToPush(push.layer_source(content), media_type=media_type)
