"""An image that is hard to unpack, and what every tool must make of it."""

import io
import shutil
import tarfile
from pathlib import Path

from ecrkit import oci
from ecrkit.references import Digest
from tests.interop.other_tools import run
from tests.interop.trees import CAPABILITY, Entry, folder_tree
from tests.samples import noise

NET_BIND = bytes.fromhex("0100000200040000000000000000000000000000")
"""The capability to bind low ports, as the kernel stores it."""

TIME = 1_700_000_000


def busybox() -> Path | None:
    """Find a program that needs no other file: Debian's busybox-static."""
    found = shutil.which("busybox")
    return Path(found) if found else None


def build(builder: oci.ImageBuilder, folder: Path, seed: int = 0) -> oci.BuiltImage:
    """Add four layers: a base with links and odd modes, a folder on a linked one, removals, and a replaced file.

    Each seed gives other layers. A daemon does not read a layer that it has already, so a test that loads an image
    takes a seed of its own.
    """
    (folder / "base.tar").write_bytes(_base(seed))
    builder.add_layer(folder / "base.tar")
    tools = folder / "tools"
    tools.mkdir()
    (tools / "tool").write_bytes(noise(70_000, seed))
    (tools / "tool").chmod(0o755)
    (tools / "to-tool").symlink_to("tool")
    builder.add_layer(tools, to="/bin", mtime=TIME)
    builder.add_layer(
        io.BytesIO(
            _tar(
                [("opt/.wh.gone", b""), ("opt/opaque/.wh..wh..opq", b""), ("opt/opaque/new", noise(9, seed))]
            )
        )
    )
    builder.add_file(tools / "tool", to="/etc/owned", owner="7:8", mode=0o640, mtime=TIME)
    builder.configure(cmd=["/bin/tool"], labels={"team": "web"}, env={"A": "1"}, working_dir="/opt")
    return builder.build()


def by_umoci(layout: Path, tag: str, folder: Path) -> dict[str, Entry]:
    """Let umoci unpack an image of a layout, as root, and tell what is there."""
    run("umoci", "unpack", "--image", f"{layout}:{tag}", folder / "bundle")
    return folder_tree(folder / "bundle" / "rootfs")


def check_expected(tree: dict[str, Entry], seed: int = 0) -> None:
    """Compare the places that tools get wrong with what was put in."""
    tool = Digest.of(noise(70_000, seed)).hex
    file = ("file", 0o755, 0, 0, "", tool, TIME, "")
    assert tree["bin"] == Entry("link", 0o777, 0, 0, target="usr/bin")
    assert tree["usr/bin/tool"] == Entry(*file)
    assert tree["usr/bin/to-tool"] == Entry("link", 0o777, 0, 0, target="tool")
    assert tree["etc/owned"] == Entry("file", 0o640, 7, 8, content=tool, modified=TIME)
    assert (tree["etc"].mode, tree["tmp"].mode, tree["usr/bin/setuid"].mode) == (0o750, 0o1777, 0o4755)
    assert (tree["home/user"].uid, tree["home/user"].gid) == (1000, 2000)
    assert tree["usr/bin/setuid"] == tree["opt/hard"]
    assert tree["opt/capable"].capability == NET_BIND.hex()
    assert {name for name in tree if name.startswith("opt/")} == {
        "opt/capable", "opt/empty", "opt/hard", "opt/kept", "opt/opaque", "opt/opaque/new",
    }  # fmt: skip


def _base(seed: int) -> bytes:
    return _tar(
        [
            ("usr/", 0o755), ("usr/bin/", 0o755), ("etc/", 0o750), ("tmp/", 0o1777), ("opt/", 0o755),
            ("opt/opaque/", 0o755), ("opt/empty/", 0o700), ("home/", 0o755), ("home/user/", 0o700),
            ("bin", "usr/bin"), ("etc/owned", b"replaced"), ("etc/" + "long-name-" * 20 + "ünïcode", b"long"),
            ("usr/bin/setuid", b"setuid"), ("opt/hard", "=usr/bin/setuid"), ("opt/gone", b"gone"),
            ("opt/kept", b"kept"), ("opt/opaque/old", b"old"), ("opt/capable", b"capable"),
            ("home/user/.profile", noise(9, seed)),
        ]
    )  # fmt: skip


def _tar(entries: list[tuple[str, bytes | str | int]]) -> bytes:
    """Write a layer: files of bytes, links of text (hard ones with `=`), folders of a mode."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, what in entries:
            member = tarfile.TarInfo(name.rstrip("/"))
            member.mtime = TIME
            content = b""
            if isinstance(what, int):
                member.type, member.mode = tarfile.DIRTYPE, what
            elif isinstance(what, str):
                member.type = tarfile.LNKTYPE if what.startswith("=") else tarfile.SYMTYPE
                member.linkname, member.mode = what.removeprefix("="), 0o777
            else:
                content, member.size = what, len(what)
            if name.startswith("home/user"):
                member.uid, member.gid = 1000, 2000
            if name in {"usr/bin/setuid", "opt/hard"}:
                member.mode = 0o4755
            if name == "opt/capable":
                member.pax_headers = {f"SCHILY.xattr.{CAPABILITY}": NET_BIND.decode("latin-1")}
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
