"""Tables: aligned, honest about what they leave out, and harmless whatever the service sends."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from ecrkit import Registry, models
from ecrkit.errors import InvalidInputError
from ecrkit.policy import LifecycleImage, LifecyclePolicy, LifecycleRule
from ecrkit.resources import DescribedImage, DescribedRepository, Finding
from ecrkit.resources.findings import normalise
from ecrkit.tables import Size, Table, table
from ecrkit.testing import FakeTransport
from tests.showing import in_a_notebook, on_a_terminal

DIGEST = "sha256:0123456789ab" + "c" * 52
PUSHED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def repository() -> DescribedRepository:
    details = models.Repository(
        repository_arn="arn", registry_id="1", repository_name="team/app", created_at=PUSHED
    )
    return DescribedRepository(Registry(FakeTransport()), details)


def image(*tags: str, **details: Any) -> DescribedImage:
    known = {
        "imageDigest": DIGEST,
        "imageTags": tags,
        "imagePushedAt": PUSHED,
        "imageSizeInBytes": 11_534_336,
    }
    account = {"registryId": "1", "repositoryName": "team/app"}
    return DescribedImage(repository(), models.ImageDetail.model_validate(known | account | details))


def finding(name: str = "CVE-2026-1", package: str = "openssl", description: str = "") -> Finding:
    attributes = [{"key": "package_name", "value": package}, {"key": "CVSS3_SCORE", "value": "9"}]
    raw = {"name": name, "severity": "HIGH", "description": description, "attributes": attributes}
    [found] = normalise(models.ImageScanFinding.model_validate(raw))
    return found


@dataclass(frozen=True)
class Told:
    """Somebody else's row."""

    values: Mapping[str, object]

    def __table_row__(self) -> Mapping[str, object]:
        return self.values


class Cells(HTMLParser):
    """Reads HTML as a browser does: the tags, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.titles: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.titles += [value or "" for name, value in attrs if name == "title"]

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] if data.strip() else []


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[red]not red[/red]",
    "[link=https://evil.example]x[/link]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "\x9b31m",
    "one\r\ntwo\ttabbed",
    "\u202eright to left",
    "\ud800",
]


def test_images_stand_under_headings() -> None:
    shown = str(table([image("1.4.2", "latest"), image()]))

    assert shown.splitlines() == [
        "image                tags           pushed               size",
        "sha256:0123456789ab  1.4.2, latest  2026-03-01 12:00  11.5 MB",
        "sha256:0123456789ab                 2026-03-01 12:00  11.5 MB",
    ]


def test_what_only_some_images_have_is_shown_where_it_is() -> None:
    pulled = image("1", lastRecordedPullTime=PUSHED + timedelta(days=1), imageStatus="ARCHIVED")

    first, second, third = str(table([image("2", imageStatus="ACTIVE"), pulled])).splitlines()

    assert first.endswith("pulled            status")
    assert second.endswith("MB")
    assert third.endswith("2026-03-02 12:00  ARCHIVED")


def test_repositories_have_their_names_and_dates() -> None:
    heading, row = str(table([repository()])).splitlines()

    assert heading.split() == ["repository", "created"]
    assert row == "team/app    2026-03-01 12:00"


def test_findings_have_what_decides_about_them() -> None:
    heading, row = str(table([finding()])).splitlines()

    assert heading.split() == ["severity", "finding", "package", "score"]
    assert row.split() == ["HIGH", "CVE-2026-1", "openssl", "9.0"]


def test_a_long_description_does_not_spoil_a_table() -> None:
    assert str(table([finding(description="very bad " * 1000)])) == str(table([finding()]))


def test_any_model_is_a_row_of_what_it_has() -> None:
    action = models.LifecyclePolicyRuleAction(type=models.ImageActionType.EXPIRE)
    result = models.LifecyclePolicyPreviewResult(
        image_digest=DIGEST, action=action, applied_rule_priority=1, image_tags=["pr-1"]
    )

    heading, row = str(table([result])).splitlines()

    assert heading == "image digest         action  applied rule priority  image tags"
    assert row.split() == ["sha256:0123456789ab", "EXPIRE", "1", "pr-1"]


def test_the_secrets_of_a_model_are_in_no_table() -> None:
    data = {
        "authorizationToken": "QVdTOnMzY3JldA==",
        "proxyEndpoint": "https://x",
        "expiresAt": 0,
        "x": "s3cret",
    }
    token = models.AuthorizationData.model_validate(data)
    answer = models.GetAuthorizationTokenResponse(authorization_data=[token])

    shown = table([token, answer])

    everything = str(shown) + shown.to_html() + on_a_terminal(shown)
    assert everything.count("https://x") > 3
    assert "QVdT" not in everything
    assert "s3cret" not in everything


def test_decisions_of_a_lifecycle_policy_are_a_table() -> None:
    policy = LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
    decisions = policy.evaluate(
        [LifecycleImage(digest=DIGEST, pushed_at=PUSHED)], PUSHED + timedelta(days=15)
    )

    _, row = str(table(decisions)).splitlines()

    assert row.split() == ["expire", "sha256:0123456789ab", "2026-03-01", "12:00", "1"]


def test_a_single_thing_is_a_table_of_one_row() -> None:
    assert str(table(image("1"))) == str(table([image("1")]))


@pytest.mark.parametrize("things", [[], iter(())])
def test_a_table_of_nothing_says_so(things: Any) -> None:
    shown = table(things)

    assert str(shown) == "Nothing to show."
    assert Cells(shown.to_html()).texts == ["Nothing to show."]
    assert on_a_terminal(shown).strip() == "Nothing to show."


@pytest.mark.parametrize(
    ("things", "kind"),
    [
        ([Registry(FakeTransport()).repository("team/app")], "Repository"),
        ("team/app", "str"),
        ([1], "int"),
        (5, "int"),
        (None, "NoneType"),
    ],
)
def test_what_has_no_rows_is_refused(things: Any, kind: str) -> None:
    with pytest.raises(InvalidInputError, match=f"cannot show {kind}: pass repositories"):
        table(things)


def test_rows_of_ones_own_are_shown() -> None:
    rows = [Told({"name": "a", "is new": True}), Told({"name": "b", "labels": {"team": "web"}})]

    assert str(table(rows)).splitlines() == [
        "name  is new  labels",
        "a     yes",
        "b             team=web",
    ]


def test_times_are_shown_in_utc() -> None:
    elsewhere = datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))

    assert "2026-03-01 12:00" in str(table([Told({"at": elsewhere})]))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (11_534_336, "11.5 MB"),
        (2_000_000_000, "2.0 GB"),
        (5_000_000_000_000_000, "5,000.0 TB"),
    ],
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert str(Size(size)) == text


def test_many_tags_are_counted() -> None:
    shown = str(table([image(*"edcba")]))

    assert "a, b, c and 2 more" in shown


def test_a_long_text_is_cut_and_html_has_all_of_it() -> None:
    shown = table([Told({"text": "x" * 5000})])

    assert max(map(len, str(shown).splitlines())) == 100
    assert Cells(shown.to_html()).titles == ["x" * 5000]


def test_html_has_whole_digests() -> None:
    cells = Cells(table([image("1")]).to_html())

    assert cells.titles == [DIGEST]
    assert "sha256:0123456789ab" in cells.texts


def test_numbers_stand_at_the_right_and_wide_characters_take_two_places() -> None:
    rows = [Told({"name": "日本", "n": 5, "end": "."}), Told({"name": "e\u0301", "n": 1000, "end": "."})]

    assert str(table(rows)).splitlines() == [
        "name     n  end",
        "日本     5  .",
        "e\u0301     1000  .",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_the_service_sends_commands_a_terminal(text: str) -> None:
    shown = Table([{"text": text, text: "below a heading", "list": [text]}], note=text)

    for output in (str(shown), repr(shown), on_a_terminal(shown), on_a_terminal(shown, width=30)):
        assert all(line.isprintable() for line in output.split("\n"))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_the_service_sends_is_html(text: str) -> None:
    shown = Table([{"text": text + "x" * 100, text: "below a heading"}], note=text)

    assert Cells(shown.to_html()).tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    shown.to_html().encode()


@pytest.mark.parametrize(
    "text", ["[red]not red[/red]", "[/]", "[link=https://evil.example]x[/link]", ":smile:"]
)
def test_nothing_that_the_service_sends_is_markup_of_rich(text: str) -> None:
    assert text in on_a_terminal(table([finding(package=text)]))
    assert text in on_a_terminal(Table([], note=text))


def test_notebooks_look_for_no_formulas_in_a_table() -> None:
    """A formula may hold a link that runs a script."""
    formula = r"$\href{javascript:alert(1)}{x}$"

    assert Table([{"a": formula}]).to_html().startswith('<table class="tex2jax_ignore mathjax_ignore">')
    assert Table([], formula).to_html().startswith('<p class="tex2jax_ignore mathjax_ignore">')


def test_rich_breaks_lines_where_the_terminal_is_narrow() -> None:
    lines = on_a_terminal(table([image("1.4.2"), image("1.4.3")]), width=30).splitlines()

    assert max(map(len, lines)) <= 30
    assert "".join(line[:8].strip() for line in lines).count("sha256:0123456789ab") == 2


def test_a_notebook_gets_a_table_and_a_console_gets_text() -> None:
    shown = in_a_notebook(table([image("1.4.2")]))

    assert "1.4.2" in Cells(shown["text/html"]).texts
    assert shown["text/plain"] == str(table([image("1.4.2")]))


def test_tables_do_without_rich() -> None:
    program = """
import sys
sys.modules["rich"] = None
from ecrkit import models
from ecrkit.tables import table
shown = table([models.ImageIdentifier(image_tag="1.4.2")])
print(shown, shown._repr_html_())
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert ran.stdout.count("1.4.2") == 2
