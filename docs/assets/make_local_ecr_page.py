"""Takes the pictures of the local ECR's web page for the guide, with a headless Chromium.

    python docs/assets/make_local_ecr_page.py [folder]

Needs `chromium` and the extra `local`. Without a folder it writes docs/assets/local-ecr.png; with one, every page at 1280
and 390 pixels into that folder, to look at them.
"""

import subprocess
import sys
import tempfile
import urllib.request
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from ecrkit.local import LocalECR, Settings

HERE = Path(__file__).parent
SEED = """
repositories:
  - name: team/web
    scan_on_push: true
    images:
      - {tags: [1.4.0], files: {/app/version: 1.4.0}, findings: [{name: CVE-2026-1010, severity: LOW}]}
      - tags: [1.4.1]
        files: {/app/version: 1.4.1}
        labels: {org.opencontainers.image.source: "https://example.com/team/web"}
        findings:
          - {name: CVE-2026-2001, severity: CRITICAL, description: "A made-up overflow in libexample"}
          - {name: CVE-2026-2002, severity: MEDIUM, description: "A made-up leak in libexample"}
      - {tags: [1.5.0, latest], files: {/app/version: 1.5.0}, platforms: [linux/amd64, linux/arm64]}
  - name: team/worker
    tag_mutability: IMMUTABLE
    images:
      - {tags: [2026-11-27], files: {/app/version: a}}
      - {tags: [2026-11-28], files: {/app/version: b}}
  - {name: base/python}
"""


def main(folder: Path | None) -> None:
    """Start a server, and take the pictures."""
    with tempfile.TemporaryDirectory() as work:
        seed = Path(work, "seed.yaml")
        seed.write_text(SEED, "utf-8")
        with LocalECR(seed=seed, settings=Settings(clean_scans=True)) as ecr:
            repository = ecr.registry().repository("team/web")
            image = repository.image("1.4.1").describe()
            repository.image("1.5.0").describe()
            named = {"account": "000000000000", "region": "us-east-1", "repository": "team/web"}
            if folder is None:
                url = f"{ecr.endpoint_url}/?{urlencode(named)}"
                take(url, HERE / "local-ecr.png", 1100, 430, work)
                return
            pages = {
                "overview": {},
                "repository": named,
                "image": {**named, "image": image.digest},
                "requests": {"show": "requests"},
                "events": {"show": "events"},
            }
            for name, query in pages.items():
                for width, height in ((1280, 1500), (390, 2200)):
                    url = f"{ecr.endpoint_url}/?{urlencode(query)}"
                    take(url, folder / f"{name}-{width}.png", width, height, work)


def take(url: str, picture: Path, width: int, height: int, work: str) -> None:
    """Take one picture. Chromium refuses windows below 500 pixels, so the page is put into a frame of the width."""
    shown = url
    if width < 500:  # noqa: PLR2004 -- see above
        frame = Path(work, "frame.html")
        with urllib.request.urlopen(url) as response:  # noqa: S310 -- our own server
            page = escape(response.read().decode())
        size = f'width="{width}" height="{height}" style="border:0;display:block"'
        frame.write_text(
            f'<meta charset="utf-8"><body style="margin:0"><iframe srcdoc="{page}" {size}>', "utf-8"
        )
        shown = frame.as_uri()
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={work}/profile",
        f"--window-size={max(width, 500)},{height}",
        f"--screenshot={picture}",
    ]
    subprocess.run(["chromium", *options, shown], check=True, capture_output=True, timeout=120)  # noqa: S603, S607 -- a tool of this machine


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
