"""Layers from folders: what each entry says, what is left out, and where it goes."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from ecrkit.errors import InvalidArgumentError, InvalidImageError
from ecrkit.oci import (
    BuiltImage,
    ImageBuilder,
    ImageManifest,
    Layer,
    layer_writer,
    open_verified,
    read_config,
)
from tests.oci.making import tar_bytes


@pytest.fixture
def builder() -> Iterator[ImageBuilder]:
    with ImageBuilder("linux/amd64", compression="none") as builder:
        yield builder


def plant(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def entries(layer: Layer) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(layer.path, encoding="utf-8") as archive:
        return {each.name: each for each in archive}


def modes(layer: Layer) -> dict[str, int]:
    return {name: each.mode for name, each in entries(layer).items()}


def folder_entry(name: str, mode: int = 0o755, owner: int = 0) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.uid, member.gid = tarfile.DIRTYPE, mode, owner, owner
    return member, b""


def link_entry(name: str, target: str) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member, b""


def image_of(builder: ImageBuilder, *layers: list[tuple[tarfile.TarInfo, bytes]]) -> BuiltImage:
    for layer in layers:
        builder.add_layer(io.BytesIO(tar_bytes(layer)))
    return builder.build()


def on(base: BuiltImage, **options: Any) -> ImageBuilder:
    assert isinstance(base.manifest, ImageManifest)
    options = dict[str, Any](source=base, compression="none") | options
    return ImageBuilder.on(base.manifest, read_config(base, base.manifest), **options)


@pytest.mark.parametrize("umask", [0o022, 0o002, 0o077, 0o000])
def test_the_umask_does_not_change_the_digest(tmp_path: Path, builder: ImageBuilder, umask: int) -> None:
    old = os.umask(umask)
    try:
        folder = plant(tmp_path / "content", {"pkg/a.py": b"x = 1\n", "run.sh": b"#!/bin/sh\n"})
        (folder / "run.sh").chmod(0o777 & ~umask)
    finally:
        os.umask(old)

    layer = builder.add_layer(folder, to="/app")

    assert modes(layer) == {
        "app": 0o755,
        "app/pkg": 0o755,
        "app/pkg/a.py": 0o644,
        "app/run.sh": 0o755,
    }


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "en_US.ISO-8859-1"}, {"LC_ALL": "C.UTF-8"}])
def test_the_locale_does_not_change_the_digest(
    tmp_path: Path, builder: ImageBuilder, locale: dict[str, str]
) -> None:
    folder = plant(tmp_path / "content", {"ü/日本.txt": b"x", "z": b"y"})
    program = (
        "import sys; from pathlib import Path; from ecrkit.oci import layer_from_folder\n"
        f"print(layer_from_folder({str(folder)!r}, Path({str(tmp_path / 'layer')!r}), compression='none').diff_id)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} | locale,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == builder.add_layer(folder).diff_id


def test_setuid_and_the_sticky_bit_are_kept(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"sudo": b"", "tmp/x": b""})
    (folder / "sudo").chmod(0o4711)
    (folder / "tmp").chmod(0o1777)

    layer = builder.add_layer(folder)

    assert modes(layer) == {"sudo": 0o4755, "tmp": 0o1777, "tmp/x": 0o644}


def test_permissions_are_preserved_on_request(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"private/key": b""})
    (folder / "private").chmod(0o700)
    (folder / "private/key").chmod(0o400)

    layer = builder.add_layer(folder, preserve_permissions=True)

    assert modes(layer) == {"private": 0o700, "private/key": 0o400}


def test_a_mode_lets_those_who_may_read_a_folder_enter_it(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"etc/secret": b""})

    layer = builder.add_layer(folder, mode=0o640)

    assert modes(layer) == {"etc": 0o750, "etc/secret": 0o640}


@pytest.mark.parametrize(
    ("owner", "expected"),
    [("1000:2000", (1000, 2000)), ((1, 2), (1, 2)), (65532, (65532, 65532)), ("7", (7, 7))],
)
def test_everything_belongs_to_the_given_owner(
    tmp_path: Path, builder: ImageBuilder, owner: Any, expected: tuple[int, int]
) -> None:
    folder = plant(tmp_path / "content", {"a/b": b""})

    layer = builder.add_layer(folder, to="/srv/app", owner=owner)

    owners = {name: (each.uid, each.gid) for name, each in entries(layer).items()}
    assert owners.pop("srv") == (0, 0)
    assert set(owners.values()) == {expected}


@pytest.mark.parametrize(
    "options",
    [
        {"owner": "app:app"},
        {"owner": -1},
        {"owner": "1:2:3"},
        {"owner": (1, 2, 3)},
        {"mode": "644"},
        {"mode": 0o10000},
        {"mode": 0o644, "preserve_permissions": True},
        {"exclude": "!keep"},
        {"exclude": ""},
        {"filter": str},
    ],
    ids=str,
)
def test_an_option_without_meaning_is_refused(
    tmp_path: Path, builder: ImageBuilder, options: dict[str, Any]
) -> None:
    folder = plant(tmp_path / "content", {"a": b""})

    with pytest.raises(InvalidArgumentError, match=next(iter(options))):
        builder.add_layer(folder, **options)


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("*.pyc", {"a.py", "build/a.o", "docs/deep/b.md", "docs/x.md", "sub/build/c"}),
        ("build", {"a.py", "a.pyc", "docs/deep/b.md", "docs/x.md", "sub/d.pyc"}),
        ("/build", {"a.py", "a.pyc", "docs/deep/b.md", "docs/x.md", "sub/build/c", "sub/d.pyc"}),
        (["docs/*.md", "sub/**"], {"a.py", "a.pyc", "build/a.o", "docs/deep/b.md"}),
        (["docs/**/*.md", "**/build/"], {"a.py", "a.pyc", "sub/d.pyc"}),
        ("a.py/", {"a.py", "a.pyc", "build/a.o", "docs/deep/b.md", "docs/x.md", "sub/build/c", "sub/d.pyc"}),
        (["[ab].p?c", "[!a].*", "build"], {"a.py"}),
    ],
)
def test_what_a_pattern_matches_is_left_out(
    tmp_path: Path, builder: ImageBuilder, exclude: Any, left: set[str]
) -> None:
    names = ["a.py", "a.pyc", "build/a.o", "docs/deep/b.md", "docs/x.md", "sub/build/c", "sub/d.pyc"]
    folder = plant(tmp_path / "content", dict.fromkeys(names, b""))

    layer = builder.add_layer(folder, exclude=exclude)

    assert {name for name, each in entries(layer).items() if each.isfile()} == left


def test_a_filter_changes_entries_and_leaves_out_what_it_drops(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"keep/a": b"1", "drop/b": b"2", "key": b"3"})

    def change(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if member.name == "app/key":
            member.mode, member.uid, member.name = 0o400, 5, "/app/renamed"
        return None if member.name == "app/drop" else member

    layer = builder.add_layer(folder, to="/app", filter=change)

    found = entries(layer)
    assert list(found) == ["app", "app/keep", "app/keep/a", "app/renamed"]
    assert (found["app/renamed"].mode, found["app/renamed"].uid) == (0o400, 5)


def test_a_filter_cannot_move_an_entry_out_of_the_image(tmp_path: Path, builder: ImageBuilder) -> None:
    def move(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.name = "../etc/passwd"
        return member

    with pytest.raises(InvalidImageError, match="leads out"):
        builder.add_layer(plant(tmp_path / "content", {"a": b""}), filter=move)


def test_extended_attributes_of_the_content_are_kept(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"server": b""})
    try:
        os.setxattr(folder / "server", "user.note", b"\x01\x00\xff")
        os.setxattr(
            folder / "server",
            "security.capability",
            bytes.fromhex("0100000200040000000000000000000000000000"),
        )
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")

    layer = builder.add_layer(folder)

    headers = entries(layer)["server"].pax_headers
    assert headers["SCHILY.xattr.user.note"].encode("utf-8", "surrogateescape") == b"\x01\x00\xff"
    assert headers["SCHILY.xattr.security.capability"].startswith("\x01\x00\x00\x02")


def test_a_base_is_left_as_it_is(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"app.conf": b"x", "ssl/cert": b"y"})
    folder.chmod(0o700)
    base = image_of(builder, [folder_entry("etc"), folder_entry("etc/ssl")])

    with on(base) as new:
        layer = new.add_layer(folder, to="/etc")

        assert list(entries(layer)) == ["etc/app.conf", "etc/ssl/cert"]


def test_a_folder_of_the_base_with_other_permissions_keeps_them(
    tmp_path: Path, builder: ImageBuilder
) -> None:
    folder = plant(tmp_path / "content", {"tmp/a": b"x"})
    base = image_of(builder, [folder_entry("var", 0o750, 7), folder_entry("var/tmp", 0o1777)])

    with on(base) as new:
        found = entries(new.add_layer(folder, to="/var"))

    assert [(name, each.mode, each.uid) for name, each in found.items()] == [
        ("var", 0o750, 7),
        ("var/tmp", 0o1777, 0),
        ("var/tmp/a", 0o644, 0),
    ]


def test_a_folder_that_the_base_lacks_is_created_for_everyone(tmp_path: Path, builder: ImageBuilder) -> None:
    folder = plant(tmp_path / "content", {"run": b"x"})
    folder.chmod(0o700)
    base = image_of(builder, [folder_entry("srv")])

    with on(base) as new:
        assert modes(new.add_layer(folder, to="/srv/my/app")) == {
            "srv/my": 0o755,
            "srv/my/app": 0o755,
            "srv/my/app/run": 0o644,
        }


@pytest.mark.parametrize(
    ("links", "to", "expected"),
    [
        ({"bin": "usr/bin"}, "/bin", "usr/bin/tool"),
        ({"bin": "/usr/bin"}, "/bin", "usr/bin/tool"),
        ({"usr/sbin": "bin"}, "/usr/sbin", "usr/bin/tool"),
        ({"opt/a": "../../../usr", "opt/b": "a/bin"}, "/opt/b", "usr/bin/tool"),
        ({"run": "var/run"}, "/run/new", "var/run/new/tool"),
    ],
)
def test_links_of_the_base_are_followed(
    tmp_path: Path, builder: ImageBuilder, links: dict[str, str], to: str, expected: str
) -> None:
    folder = plant(tmp_path / "content", {"tool": b""})
    members = [folder_entry("usr"), folder_entry("usr/bin"), *(link_entry(*each) for each in links.items())]
    base = image_of(builder, members)

    with on(base) as new:
        layer = new.add_layer(folder, to=to)

        assert list(entries(layer))[-1] == expected


def test_links_of_the_base_are_followed_within_the_folder_as_well(
    tmp_path: Path, builder: ImageBuilder
) -> None:
    folder = plant(tmp_path / "content", {"bin/tool": b"", "etc/conf": b""})
    base = image_of(builder, [folder_entry("usr/bin"), link_entry("bin", "usr/bin")])

    with on(base) as new:
        layer = new.add_layer(folder)

        assert list(entries(layer)) == ["usr/bin/tool", "etc", "etc/conf"]


def test_links_that_lead_in_a_circle_are_an_error(tmp_path: Path, builder: ImageBuilder) -> None:
    base = image_of(builder, [link_entry("a", "b"), link_entry("b", "a")])

    with on(base) as new, pytest.raises(InvalidImageError, match="form a cycle"):
        new.add_layer(plant(tmp_path / "content", {"x": b""}), to="/a")


def test_what_an_upper_layer_removed_is_not_there(tmp_path: Path, builder: ImageBuilder) -> None:
    base = image_of(
        builder,
        [
            folder_entry("usr/bin"),
            link_entry("bin", "usr/bin"),
            folder_entry("data/old"),
            folder_entry("x/y"),
        ],
        [(tarfile.TarInfo(".wh.bin"), b""), (tarfile.TarInfo("data/.wh..wh..opq"), b"")],
    )
    folder = plant(tmp_path / "content", {"bin/tool": b"", "data/old/f": b"", "x/y/f": b""})

    with on(base) as new:
        layer = new.add_layer(folder)

        assert list(entries(layer)) == ["bin", "bin/tool", "data/old", "data/old/f", "x/y/f"]


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("/bin", ["bin/etc/tool", "bin/tool"]),
        ("/etc/app", ["etc/app", "etc/app/etc", "etc/app/etc/tool", "etc/app/tool"]),
        ("/", ["etc/tool", "tool"]),
        ("/srv/app", ["srv", "srv/app", "srv/app/etc", "srv/app/etc/tool", "srv/app/tool"]),
    ],
)
def test_common_folders_of_a_base_whose_layers_are_elsewhere_are_left_alone(
    tmp_path: Path, builder: ImageBuilder, to: str, expected: list[str]
) -> None:
    base = image_of(builder, [link_entry("bin", "usr/bin")])
    folder = plant(tmp_path / "content", {"tool": b"", "etc/tool": b""})

    with on(base, source=None) as new:
        found = entries(new.add_layer(folder, to=to))

    assert [name for name in found if name != "bin/etc"] == expected
    assert all(each.mode == 0o755 for each in found.values() if each.isdir())


def test_links_of_the_base_may_be_left_alone(tmp_path: Path, builder: ImageBuilder) -> None:
    base = image_of(builder, [link_entry("bin", "usr/bin")])

    with on(base, follow_links=False) as new:
        layer = new.add_layer(plant(tmp_path / "content", {"tool": b""}), to="/bin")

        assert list(entries(layer)) == ["bin/tool"]


def test_only_the_layers_that_are_needed_are_read(tmp_path: Path, builder: ImageBuilder) -> None:
    lower = builder.add_layer(io.BytesIO(tar_bytes([folder_entry("etc")])))
    base = image_of(builder, [folder_entry("app")])
    lower.path.write_bytes(b"no tar archive, and another digest")

    with on(base) as new:
        layer = new.add_layer(plant(tmp_path / "content", {"x": b""}), to="/app")

        assert list(entries(layer)) == ["app/x"]


def test_folders_of_earlier_layers_are_known(tmp_path: Path, builder: ImageBuilder) -> None:
    builder.add_layer(io.BytesIO(tar_bytes([folder_entry("app", 0o700, 9)])))
    builder.add_layer(plant(tmp_path / "one", {"lib/a": b""}), to="/app")

    layer = builder.add_layer(plant(tmp_path / "other", {"lib/b": b""}), to="/app")

    assert [(name, each.mode, each.uid) for name, each in entries(layer).items()] == [
        ("app", 0o700, 9),
        ("app/lib/b", 0o644, 0),
    ]


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_the_base_may_be_compressed(tmp_path: Path, compression: Any) -> None:
    with ImageBuilder("linux/amd64", compression=compression) as builder:
        base = image_of(builder, [link_entry("bin", "usr/bin"), folder_entry("usr/bin")])
        with on(base) as new:
            layer = new.add_layer(plant(tmp_path / "content", {"tool": b""}), to="/bin")

            assert list(entries(layer)) == ["usr/bin/tool"]


def test_a_damaged_base_is_an_error(tmp_path: Path, builder: ImageBuilder) -> None:
    layer = builder.add_layer(io.BytesIO(tar_bytes([folder_entry("a"), (tarfile.TarInfo("b"), b"x" * 600)])))
    base = builder.build()
    layer.path.write_bytes(layer.path.read_bytes()[:1200])

    with on(base) as new, pytest.raises(InvalidImageError, match=r"only 1200 bytes|truncated"):
        new.add_layer(plant(tmp_path / "content", {"x": b""}), to="/app")


def test_a_single_file_is_added(tmp_path: Path, builder: ImageBuilder) -> None:
    path = plant(tmp_path / "content", {"server": b"binary"}) / "server"
    path.chmod(0o700)
    (tmp_path / "link").symlink_to(path)

    layer = builder.add_file(tmp_path / "link", to="/usr/bin/server", owner="1:2")

    found = entries(layer)
    assert modes(layer) == {"usr": 0o755, "usr/bin": 0o755, "usr/bin/server": 0o755}
    assert (found["usr/bin/server"].uid, found["usr/bin/server"].size) == (1, 6)
    assert found["usr/bin"].uid == 0


def test_a_single_file_keeps_its_name_in_a_folder(tmp_path: Path, builder: ImageBuilder) -> None:
    path = plant(tmp_path / "content", {"server": b"binary"}) / "server"

    assert list(entries(builder.add_file(path, to="/opt/"))) == ["opt", "opt/server"]


def test_bytes_are_added_as_a_file(builder: ImageBuilder) -> None:
    layer = builder.add_file(b"[server]\n", to="/app.conf", mode=0o600)

    with tarfile.open(layer.path) as archive:
        content = archive.extractfile("app.conf")
        assert content is not None
        assert content.read() == b"[server]\n"
    assert modes(layer) == {"app.conf": 0o600}


def test_bytes_need_a_name(builder: ImageBuilder) -> None:
    with pytest.raises(InvalidArgumentError, match="/etc/file"):
        builder.add_file(b"x", to="/etc/")


def test_a_folder_is_not_a_single_file(tmp_path: Path, builder: ImageBuilder) -> None:
    with pytest.raises(InvalidImageError, match="add_layer takes folders"):
        builder.add_file(tmp_path, to="/app")


def test_a_single_file_goes_through_links_of_the_base(builder: ImageBuilder) -> None:
    base = image_of(builder, [folder_entry("usr/bin"), link_entry("bin", "usr/bin")])

    with on(base) as new:
        assert list(entries(new.add_file(b"", to="/bin/tool"))) == ["usr/bin/tool"]


def test_a_tar_file_with_a_target_names_the_way_to_add_a_file(tmp_path: Path, builder: ImageBuilder) -> None:
    path = plant(tmp_path / "content", {"server": b"binary"}) / "server"

    with pytest.raises(InvalidImageError, match="add_file"):
        builder.add_layer(path, to="/usr/bin/server")


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path, builder: ImageBuilder) -> None:
    with pytest.raises(FileNotFoundError, match="dist"):
        builder.add_layer(tmp_path / "dist", to="/app")


def test_options_for_folders_are_refused_for_tar_files(builder: ImageBuilder) -> None:
    with pytest.raises(InvalidArgumentError, match="for folders"):
        builder.add_layer(io.BytesIO(tar_bytes({"a": b""})), owner=1)


def test_a_finished_layer_is_added_as_it_is(tmp_path: Path, builder: ImageBuilder) -> None:
    with layer_writer(tmp_path / "layer") as writer, tarfile.TarFile(fileobj=writer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("hello"))

    layer = builder.add_layer(writer.layer())

    built = builder.build()
    assert isinstance(built.manifest, ImageManifest)
    assert built.manifest.layers == (layer.descriptor,)
    with open_verified(built, layer.descriptor) as stream:
        assert stream.read() == (tmp_path / "layer").read_bytes()


def test_removing_writes_whiteouts_where_the_files_are(builder: ImageBuilder) -> None:
    base = image_of(builder, [folder_entry("usr/bin"), link_entry("bin", "usr/bin")])

    with on(base) as new:
        layer = new.remove(["/bin/vi", "/etc"])

        assert list(entries(layer)) == [".wh.etc", "usr/bin/.wh.vi"]


@pytest.mark.parametrize("path", ["/", "", "/etc/../.."])
def test_the_root_cannot_be_removed(builder: ImageBuilder, path: str) -> None:
    with pytest.raises(InvalidImageError):
        builder.remove(path)


def test_one_removed_path_may_be_a_string(builder: ImageBuilder) -> None:
    assert list(entries(builder.remove("/etc/motd"))) == ["etc/.wh.motd"]


def test_old_sparse_files_and_long_names_of_a_base_are_read_past(
    tmp_path: Path, builder: ImageBuilder
) -> None:
    holes = tmp_path / "holes"
    with holes.open("wb") as file:
        for place in range(30):
            file.seek(place * 100_000)
            file.write(b"x" * 4096)
    long = plant(tmp_path / "content", {f"{'d' * 90}/{'e' * 90}/f": b""})
    subprocess.run(
        ["tar", "--format=gnu", "--sparse", "-cf", tmp_path / "base.tar", "-C", tmp_path, "holes", "content"],
        check=True,
    )
    builder.add_layer(tmp_path / "base.tar")

    layer = builder.add_layer(long, to="/content")

    assert list(entries(layer)) == [f"content/{'d' * 90}/{'e' * 90}/f"]


def test_a_misspelt_option_is_refused_with_a_suggestion(builder: ImageBuilder) -> None:
    with pytest.raises(TypeError, match="did you mean 'exclude'"):
        builder.add_layer(io.BytesIO(b""), **cast("Mapping[str, Any]", {"excludes": "*.pyc"}))
