"""`Repository`: images of one name, and the layers that they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ecrkit import oci
from ecrkit.errors import (
    ImageAlreadyExistsError,
    ImageTagAlreadyExistsError,
    InvalidManifestError,
)
from ecrkit.models import (
    DeleteRepositoryRequest,
    DescribeImagesFilter,
    DescribeImagesRequest,
    DescribeImagesResponse,
    DescribeRepositoriesRequest,
    ImageStatusFilter,
    ImageTagMutability,
    PutImageRequest,
    TagStatus,
)
from ecrkit.models import Repository as RepositoryDetails
from ecrkit.paging import Items
from ecrkit.push.events import Progress
from ecrkit.push.pushing import push_layer
from ecrkit.push.sources import SourceLike, layer_source
from ecrkit.push.target import Target
from ecrkit.references import Digest, check_repository_name
from ecrkit.resources.image import DescribedImage, Image
from ecrkit.resources.layer import Layer
from ecrkit.retrying import RetryPolicy

if TYPE_CHECKING:
    from ecrkit.resources.registry import Registry
