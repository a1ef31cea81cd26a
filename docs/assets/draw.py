"""Draw the diagrams of the documentation: `python docs/assets/draw.py` writes the SVG files beside this script."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

STYLE = """
  text { font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; text-anchor: middle; fill: #1f2430; }
  .name { font-weight: 600; font-size: 14px; }
  .note { font-size: 11.5px; fill: #4a5163; }
  .left { text-anchor: start; }
  rect { stroke: #5b6b9a; stroke-width: 1; fill: #e3e8fb; }
  .card { fill: #f6f7fb; stroke: none; }
  .pure { fill: #e2f3e6; stroke: #5a8f68; }
  .outside { fill: #fbefdc; stroke: #a9803a; }
  .aside { fill: #ffffff; stroke-dasharray: 4 3; }
  .arrow { fill: none; stroke: #4a5163; stroke-width: 1.4; marker-end: url(#head); }
"""
HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#4a5163"/></marker></defs>'
)


class Drawing:
    """An SVG picture on a light card, readable on light and dark pages."""

    def __init__(self, width: int, height: int, description: str) -> None:
        opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        self.parts = [
            f'{opening} aria-label="{escape(description)}">',
            f"<style>{STYLE}</style>",
            HEAD,
            f'<rect class="card" width="{width}" height="{height}" rx="8"/>',
        ]

    def box(
        self,
        x: float,
        y: float,
        width: float,
        name: str,
        note: str = "",
        *,
        kind: str = "",
        height: float = 46,
    ) -> None:
        """Draw a box with a name and a smaller note below it."""
        middle = x + width / 2
        self.parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="5"/>')
        self.text(middle, y + (height / 2 - 3 if note else height / 2 + 5), name, "name")
        if note:
            self.text(middle, y + height / 2 + 14, note, "note")

    def row(
        self, y: float, names: Iterable[tuple[str, str]], *, x: float, width: float, kind: str = ""
    ) -> None:
        """Draw boxes side by side that share a width."""
        boxes = list(names)
        each = (width - 8 * (len(boxes) - 1)) / len(boxes)
        for place, (name, note) in enumerate(boxes):
            self.box(x + place * (each + 8), y, each, name, note, kind=kind)

    def arrow(self, *points: tuple[float, float]) -> None:
        """Draw an arrow along these points."""
        path = " L".join(f"{x} {y}" for x, y in points)
        self.parts.append(f'<path class="arrow" d="M{path}"/>')

    def text(self, x: float, y: float, text: str, kind: str = "") -> None:
        """Write a line of text."""
        self.parts.append(f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>')

    def save(self, name: str) -> None:
        """Write the picture beside this script."""
        (Path(__file__).parent / name).write_text("\n".join([*self.parts, "</svg>"]) + "\n", "utf-8")


def architecture() -> None:
    """Draw the packages from top to bottom."""
    drawing = Drawing(860, 600, "The packages of ecrkit; each imports only packages below it.")
    drawing.box(150, 16, 480, "your program", kind="outside", height=34)
    drawing.arrow((390, 50), (390, 64))
    layers: list[tuple[str, list[tuple[str, str]]]] = [
        ("", [("aio", "awaitable classes, generated"), ("resources", "Registry, Repository, Image, Layer")]),
        ("", [("copying", "many images"), ("push", "layers, images"), ("pull", "verified, resumable")]),
        ("", [("transfer", "where blobs and manifests live: ECR's API, the registry protocol")]),
        ("", [("paging", "listings"), ("batching", "by the hundred"), ("waiter", "polling")]),
        ("", [("client", "one typed request in, one typed response out")]),
        (
            "",
            [("transport", "the only package with boto3"), ("retrying", "policies"), ("workers", "threads")],
        ),
        (
            "pure",
            [
                ("models", "generated"),
                ("oci", "documents, archives"),
                ("policy", "values"),
                ("events", "progress"),
            ],
        ),
        ("pure", [("references", "digests, names, ARNs"), ("errors", "everything that is raised")]),
    ]
    for place, (kind, names) in enumerate(layers):
        drawing.row(66 + place * 58, names, x=20, width=620, kind=kind)
    drawing.box(660, 124, 184, "local", "the local ECR", kind="aside", height=104)
    drawing.text(752, 246, "imports only the green", "note")
    drawing.text(752, 262, "packages on the left", "note")
    drawing.box(660, 298, 184, "progress, testing,", "doctor, eventbridge", kind="aside", height=58)
    drawing.text(752, 374, "nothing imports them", "note")
    drawing.arrow((330, 530), (330, 546))
    drawing.box(150, 548, 480, "Amazon ECR, or a local ECR", kind="outside", height=34)
    drawing.save("architecture.svg")


def push() -> None:
    """Draw how an image is pushed."""
    drawing = Drawing(
        860, 300, "A push: layers that are missing are sent in parts, then manifests, then tags."
    )
    steps = [
        ("image source", "archive, layout, builder", "pure"),
        ("plan", "what is missing?", "pure"),
        ("layers", "largest first, in parallel", ""),
        ("manifests", "children first", ""),
        ("tags", "one request each", ""),
    ]
    for place, (name, note, kind) in enumerate(steps):
        drawing.box(20 + place * 168, 30, 148, name, note, kind=kind)
        if place:
            drawing.arrow((place * 168, 53), (18 + place * 168, 53))
    for x, request in (
        (262, "BatchCheckLayerAvailability"),
        (430, "UploadLayerPart"),
        (598, "PutImage"),
        (766, "PutImage"),
    ):
        drawing.text(x, 98, request, "note")
    drawing.text(20, 140, "One layer:", "name left")
    for place, label in enumerate(["part 1", "part 2", "part 3", "…"]):
        drawing.box(120 + place * 120, 120, 104, label, "10 MiB" if label != "…" else "", height=40)
    drawing.box(620, 120, 220, "CompleteLayerUpload", "ECR verifies the digest", height=40)
    drawing.arrow((584, 140), (618, 140))
    drawing.text(
        20, 200, "Read, hashed and encoded ahead of sending, in at most 45 MiB of memory per layer.", "left"
    )
    drawing.text(
        20,
        224,
        "A lost response is not fatal: the upload resumes after the last byte that ECR received.",
        "left",
    )
    drawing.text(
        20,
        248,
        "Nothing is sent before every layer is known to be in the source or in the repository.",
        "left",
    )
    drawing.text(20, 272, "Layers that the repository has are not even read.", "left")
    drawing.save("push.svg")


def wires() -> None:
    """Draw the two wires side by side."""
    drawing = Drawing(860, 290, "The API and the registry protocol carry the same layers in different ways.")
    columns = [
        (
            20,
            'wire="api" (default)',
            ["InitiateLayerUpload", "UploadLayerPart, n times", "CompleteLayerUpload"],
            ["base64: 4/3 of the bytes", "each request is signed", "resumes part by part"],
        ),
        (
            440,
            'wire="oci"',
            ["POST /v2/…/blobs/uploads/", "PUT …?digest= (one stream)", "HEAD /v2/…/blobs/<digest>"],
            ["raw bytes: 0.4 of the CPU", "one login for twelve hours", "a broken layer starts over"],
        ),
    ]
    for x, title, requests, notes in columns:
        drawing.text(x + 200, 30, title, "name")
        for place, request in enumerate(requests):
            drawing.box(x, 46 + place * 44, 250, request, height=36)
        for place, note in enumerate(notes):
            drawing.text(x + 262, 69 + place * 44, note, "note left")
    drawing.box(
        20, 190, 820, "PutImage: manifests and tags always travel over the API", kind="pure", height=36
    )
    drawing.box(20, 238, 820, "Amazon ECR", kind="outside", height=34)
    drawing.save("wires.svg")


if __name__ == "__main__":
    architecture()
    push()
    wires()
