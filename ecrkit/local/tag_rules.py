"""Which tags of a repository may be moved to another image. Pure."""

from ecrkit.local.store.repositories import StoredRepository
from ecrkit.wildcards import matches


def may_move(repository: StoredRepository, tag: str) -> bool:
    """Return whether a tag of the repository may be moved to another image."""
    excepted = any(matches(pattern, tag) for pattern in repository.tag_exclusions)
    match repository.tag_mutability:
        case "IMMUTABLE":
            return False
        case "IMMUTABLE_WITH_EXCLUSION":
            return excepted
        case "MUTABLE_WITH_EXCLUSION":
            return not excepted
        case _:
            return True
