"""Run options of an image are real parameters: misspelt names and wrong forms are refused."""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from ecrkit.errors import InvalidArgumentError, InvalidImageError
from ecrkit.oci import ImageBuilder, ImageConfig, ImageManifest, build_config, extend_config, read_config
from tests.oci.making import builder_with_content

RUN_OPTIONS = {
    "env",
    "entrypoint",
    "cmd",
    "labels",
    "user",
    "working_dir",
    "exposed_ports",
    "volumes",
    "stop_signal",
}


def config_of(builder: ImageBuilder) -> ImageConfig:
    built = builder.build()
    assert isinstance(built.manifest, ImageManifest)
    return read_config(built, built.manifest)


@pytest.mark.parametrize("function", [ImageBuilder.configure, build_config, extend_config])
def test_run_options_are_visible_in_the_signature(function: Any) -> None:
    assert set(inspect.signature(function).parameters) >= RUN_OPTIONS


@pytest.mark.parametrize(
    ("misspelt", "suggested"),
    [
        ("entry_point", "entrypoint"),
        ("command", "cmd"),
        ("workdir", "working_dir"),
        ("port", "exposed_ports"),
    ],
)
def test_a_misspelt_option_is_refused_with_a_suggestion(misspelt: str, suggested: str) -> None:
    with ImageBuilder("linux/amd64") as builder, pytest.raises(TypeError, match=suggested):
        builder.configure(**cast("Mapping[str, Any]", {misspelt: ["x"]}))


def test_a_misspelt_option_of_a_config_is_refused() -> None:
    with pytest.raises(TypeError, match=r"build_config\(\) has no parameter 'label'; did you mean 'labels'"):
        build_config("linux/amd64", [], **cast("Mapping[str, Any]", {"label": {}}))


@pytest.mark.parametrize("name", ["entrypoint", "cmd"])
def test_a_command_as_a_string_is_refused_and_the_right_form_is_shown(name: str) -> None:
    command: Mapping[str, Sequence[str]] = {name: "/app --port 80"}

    with (
        ImageBuilder("linux/amd64") as builder,
        pytest.raises(InvalidArgumentError, match=rf"{name}=\['/app', '--port', '80'\]"),
    ):
        builder.configure(**cast("Mapping[str, Any]", command))


def test_one_port_and_one_volume_may_be_strings() -> None:
    with ImageBuilder("linux/amd64") as builder:
        builder.configure(exposed_ports="80/tcp", volumes="/data")

        config = config_of(builder).config

    assert (list(config.exposed_ports), list(config.volumes)) == (["80/tcp"], ["/data"])


def test_several_ports_may_come_from_an_iterator() -> None:
    config = build_config("linux/amd64", [], exposed_ports=iter(["80/tcp", "443/tcp"]))

    assert list(config.config.exposed_ports) == ["443/tcp", "80/tcp"]


def test_a_list_of_environment_variables_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="env takes a mapping"):
        build_config("linux/amd64", [], env=cast("Mapping[str, str]", ["A=1"]))


def test_an_omitted_option_keeps_what_an_earlier_call_set() -> None:
    with ImageBuilder("linux/amd64") as builder:
        builder.configure(user="1000", cmd=["a"])
        builder.configure(cmd=[])

        config = config_of(builder).config

    assert (config.user, config.cmd) == ("1000", ())


def test_a_closed_builder_says_so(tmp_path: Path) -> None:
    with ImageBuilder("linux/amd64") as builder:
        pass

    with pytest.raises(InvalidImageError, match="This ImageBuilder is closed"):
        builder.add_layer(tmp_path)


def test_an_image_read_after_its_builder_closed_says_so_without_a_path(tmp_path: Path) -> None:
    with builder_with_content(tmp_path) as builder:
        built = builder.build()
    assert isinstance(built.manifest, ImageManifest)

    with pytest.raises(InvalidImageError, match="its builder is closed") as caught:
        built.open_blob(built.manifest.layers[0].digest)

    assert "/" not in str(caught.value)
