# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Every operation of the service and the request that stands for it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecrkit.models._base import Request, Response
from ecrkit.models.authorization import GetAuthorizationTokenRequest
from ecrkit.models.creation_templates import (
    CreateRepositoryCreationTemplateRequest,
    DeleteRepositoryCreationTemplateRequest,
    DescribeRepositoryCreationTemplatesRequest,
    UpdateRepositoryCreationTemplateRequest,
)
from ecrkit.models.exclusions import (
    DeregisterPullTimeUpdateExclusionRequest,
    ListPullTimeUpdateExclusionsRequest,
    RegisterPullTimeUpdateExclusionRequest,
)
from ecrkit.models.images import (
    BatchDeleteImageRequest,
    BatchGetImageRequest,
    DescribeImagesRequest,
    ListImagesRequest,
    PutImageRequest,
    UpdateImageStorageClassRequest,
)
from ecrkit.models.layers import (
    BatchCheckLayerAvailabilityRequest,
    CompleteLayerUploadRequest,
    GetDownloadUrlForLayerRequest,
    InitiateLayerUploadRequest,
    UploadLayerPartRequest,
)
from ecrkit.models.lifecycle import (
    DeleteLifecyclePolicyRequest,
    GetLifecyclePolicyPreviewRequest,
    GetLifecyclePolicyRequest,
    PutLifecyclePolicyRequest,
    StartLifecyclePolicyPreviewRequest,
)
from ecrkit.models.pull_through_cache import (
    CreatePullThroughCacheRuleRequest,
    DeletePullThroughCacheRuleRequest,
    DescribePullThroughCacheRulesRequest,
    UpdatePullThroughCacheRuleRequest,
    ValidatePullThroughCacheRuleRequest,
)
from ecrkit.models.referrers import ListImageReferrersRequest
from ecrkit.models.registry import (
    DeleteRegistryPolicyRequest,
    GetAccountSettingRequest,
    GetRegistryPolicyRequest,
    PutAccountSettingRequest,
    PutRegistryPolicyRequest,
)
from ecrkit.models.replication import (
    DescribeImageReplicationStatusRequest,
    DescribeRegistryRequest,
    DescribeReplicationBackfillResultsRequest,
    ListReplicationBackfillsRequest,
    PutReplicationConfigurationRequest,
    StartReplicationBackfillRequest,
    StopReplicationBackfillRequest,
)
from ecrkit.models.repositories import (
    CreateRepositoryRequest,
    DeleteRepositoryPolicyRequest,
    DeleteRepositoryRequest,
    DescribeRepositoriesRequest,
    GetRepositoryPolicyRequest,
    PutImageTagMutabilityRequest,
    SetRepositoryPolicyRequest,
)
from ecrkit.models.scanning import (
    BatchGetRepositoryScanningConfigurationRequest,
    DescribeImageScanFindingsRequest,
    GetRegistryScanningConfigurationRequest,
    PutImageScanningConfigurationRequest,
    PutRegistryScanningConfigurationRequest,
    StartImageScanRequest,
)
from ecrkit.models.signing import (
    DeleteSigningConfigurationRequest,
    DescribeImageSigningStatusRequest,
    GetSigningConfigurationRequest,
    PutSigningConfigurationRequest,
)
from ecrkit.models.tags import ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest

OPERATIONS: Final[Mapping[str, type[Request[Response]]]] = MappingProxyType(
    {
        "BatchCheckLayerAvailability": BatchCheckLayerAvailabilityRequest,
        "BatchDeleteImage": BatchDeleteImageRequest,
        "BatchGetImage": BatchGetImageRequest,
        "BatchGetRepositoryScanningConfiguration": BatchGetRepositoryScanningConfigurationRequest,
        "CompleteLayerUpload": CompleteLayerUploadRequest,
        "CreatePullThroughCacheRule": CreatePullThroughCacheRuleRequest,
        "CreateRepository": CreateRepositoryRequest,
        "CreateRepositoryCreationTemplate": CreateRepositoryCreationTemplateRequest,
        "DeleteLifecyclePolicy": DeleteLifecyclePolicyRequest,
        "DeletePullThroughCacheRule": DeletePullThroughCacheRuleRequest,
        "DeleteRegistryPolicy": DeleteRegistryPolicyRequest,
        "DeleteRepository": DeleteRepositoryRequest,
        "DeleteRepositoryCreationTemplate": DeleteRepositoryCreationTemplateRequest,
        "DeleteRepositoryPolicy": DeleteRepositoryPolicyRequest,
        "DeleteSigningConfiguration": DeleteSigningConfigurationRequest,
        "DeregisterPullTimeUpdateExclusion": DeregisterPullTimeUpdateExclusionRequest,
        "DescribeImageReplicationStatus": DescribeImageReplicationStatusRequest,
        "DescribeImageScanFindings": DescribeImageScanFindingsRequest,
        "DescribeImageSigningStatus": DescribeImageSigningStatusRequest,
        "DescribeImages": DescribeImagesRequest,
        "DescribePullThroughCacheRules": DescribePullThroughCacheRulesRequest,
        "DescribeRegistry": DescribeRegistryRequest,
        "DescribeReplicationBackfillResults": DescribeReplicationBackfillResultsRequest,
        "DescribeRepositories": DescribeRepositoriesRequest,
        "DescribeRepositoryCreationTemplates": DescribeRepositoryCreationTemplatesRequest,
        "GetAccountSetting": GetAccountSettingRequest,
        "GetAuthorizationToken": GetAuthorizationTokenRequest,
        "GetDownloadUrlForLayer": GetDownloadUrlForLayerRequest,
        "GetLifecyclePolicy": GetLifecyclePolicyRequest,
        "GetLifecyclePolicyPreview": GetLifecyclePolicyPreviewRequest,
        "GetRegistryPolicy": GetRegistryPolicyRequest,
        "GetRegistryScanningConfiguration": GetRegistryScanningConfigurationRequest,
        "GetRepositoryPolicy": GetRepositoryPolicyRequest,
        "GetSigningConfiguration": GetSigningConfigurationRequest,
        "InitiateLayerUpload": InitiateLayerUploadRequest,
        "ListImageReferrers": ListImageReferrersRequest,
        "ListImages": ListImagesRequest,
        "ListPullTimeUpdateExclusions": ListPullTimeUpdateExclusionsRequest,
        "ListReplicationBackfills": ListReplicationBackfillsRequest,
        "ListTagsForResource": ListTagsForResourceRequest,
        "PutAccountSetting": PutAccountSettingRequest,
        "PutImage": PutImageRequest,
        "PutImageScanningConfiguration": PutImageScanningConfigurationRequest,
        "PutImageTagMutability": PutImageTagMutabilityRequest,
        "PutLifecyclePolicy": PutLifecyclePolicyRequest,
        "PutRegistryPolicy": PutRegistryPolicyRequest,
        "PutRegistryScanningConfiguration": PutRegistryScanningConfigurationRequest,
        "PutReplicationConfiguration": PutReplicationConfigurationRequest,
        "PutSigningConfiguration": PutSigningConfigurationRequest,
        "RegisterPullTimeUpdateExclusion": RegisterPullTimeUpdateExclusionRequest,
        "SetRepositoryPolicy": SetRepositoryPolicyRequest,
        "StartImageScan": StartImageScanRequest,
        "StartLifecyclePolicyPreview": StartLifecyclePolicyPreviewRequest,
        "StartReplicationBackfill": StartReplicationBackfillRequest,
        "StopReplicationBackfill": StopReplicationBackfillRequest,
        "TagResource": TagResourceRequest,
        "UntagResource": UntagResourceRequest,
        "UpdateImageStorageClass": UpdateImageStorageClassRequest,
        "UpdatePullThroughCacheRule": UpdatePullThroughCacheRuleRequest,
        "UpdateRepositoryCreationTemplate": UpdateRepositoryCreationTemplateRequest,
        "UploadLayerPart": UploadLayerPartRequest,
        "ValidatePullThroughCacheRule": ValidatePullThroughCacheRuleRequest,
    }
)
"""The class of each request, by the name of its operation."""
BOTOCORE_VERSION: Final = "1.44.8"
"""The version of botocore whose service model this is; older ones may lack operations."""
