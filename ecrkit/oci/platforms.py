"""Platforms such as `linux/arm64`: parsed, printed and matched as by containerd."""

import platform as _machine
import re
from typing import Self

from ecrkit.errors import InvalidReferenceError
from ecrkit.oci._member import Member

_ALIASES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "aarch64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armv7l": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "i386": ("386", ""),
    "i686": ("386", ""),
}
# The default variant of an architecture, and the oldest one.
_DEFAULT_VARIANT = {"amd64": 1, "arm": 7, "arm64": 8}
_OLDEST_VARIANT = {"amd64": 1, "arm": 5, "arm64": 8}
_PART = re.compile(r"[A-Za-z0-9_.-]+")
_MOST_PARTS = 3


class Platform(Member, frozen=True):
    """An operating system and a processor architecture.

    Example:
        >>> str(Platform.parse("linux/arm64"))
        'linux/arm64'
    """

    architecture: str
    """Go's name: `amd64`, `arm64`, `arm`, `386`, ..."""

    os: str
    """For example `linux` or `windows`."""

    os_version: str | None = None
    os_features: tuple[str, ...] = ()
    variant: str | None = None
    """Variant of the architecture, for example `v7` of `arm`."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `os/architecture` or `os/architecture/variant`; accepts the names of `uname -m`.

        Raises:
            InvalidReferenceError: It is neither.
        """
        parts = text.lower().split("/")
        if not 1 < len(parts) <= _MOST_PARTS or not all(_PART.fullmatch(part) for part in parts):
            raise InvalidReferenceError(
                f"{text[:100]!r} is not a platform; expected the form 'linux/amd64' or 'linux/arm/v7'"
            )
        architecture, variant = _ALIASES.get(parts[1], (parts[1], ""))
        if len(parts) == _MOST_PARTS:
            variant = parts[2]
        return cls(os=parts[0], architecture=architecture, variant=variant or None)

    @classmethod
    def of_this_machine(cls) -> Self:
        """Return the Linux platform of this machine's processor: containers run Linux on every desktop."""
        return cls.parse(f"linux/{_machine.machine()}")

    @property
    def is_unknown(self) -> bool:
        """Whether it is `unknown`, as for BuildKit's attestations, or empty, as in some configs."""
        return bool({"unknown", ""} & {self.os, self.architecture})

    def rank(self, offered: "Platform") -> int | None:
        """Rank how well another platform runs on this one: 0 is best; None if it does not run.

        A newer processor runs what was built for an older variant: on `linux/arm/v7`, `v6` runs, but `v7` is better.
        The version of the operating system counts only if this platform names one.
        """
        if (self.os, self.architecture) != (offered.os, offered.architecture):
            return None
        if self.os_version is not None and self.os_version != offered.os_version:
            return None
        mine = _variant_number(self.architecture, self.variant)
        other = _variant_number(self.architecture, offered.variant)
        if mine is None or other is None:
            return 0 if self.variant == offered.variant else None
        return mine - other if _OLDEST_VARIANT[self.architecture] <= other <= mine else None

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


def _variant_number(architecture: str, variant: str | None) -> int | None:
    if architecture not in _DEFAULT_VARIANT:
        return None
    if not variant:
        return _DEFAULT_VARIANT[architecture]
    number = re.fullmatch(r"v?([0-9]{1,2})", variant)
    return int(number[1]) if number else None
