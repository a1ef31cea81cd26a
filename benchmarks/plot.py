"""A bar chart as SVG, drawn with a few lines of text."""

from collections.abc import Mapping, Sequence
from html import escape

_LEFT, _WIDTH, _BAR, _GAP = 180, 760, 22, 12
_ROOT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  font-family="system-ui, sans-serif" font-size="14">"""
_OURS, _THEIRS = "#1f6feb", "#8b949e"


def bar_chart(title: str, bars: Mapping[str, float], unit: str, highlight: str, footer: Sequence[str]) -> str:
    """Draw one horizontal bar per name, in the given order, and the footer below.

    Names that begin with `highlight` have their own color.
    """
    largest = max(bars.values(), default=0.0) or 1.0
    room = _WIDTH - _LEFT - 110
    height = 56 + len(bars) * (_BAR + _GAP) + 18 * len(footer) + 12
    parts = [
        _ROOT.format(width=_WIDTH, height=height),
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="30" font-size="17" font-weight="600">{escape(title)}</text>',
    ]
    top = 50
    for name, value in bars.items():
        length = max(1.0, room * max(value, 0.0) / largest)
        colour = _OURS if name.startswith(highlight) else _THEIRS
        middle = top + _BAR * 0.7
        parts += [
            f'<text x="{_LEFT - 10}" y="{middle:.1f}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR}" rx="3" fill="{colour}"/>',
            f'<text x="{_LEFT + length + 8:.1f}" y="{middle:.1f}">{value:.2f} {escape(unit)}</text>',
        ]
        top += _BAR + _GAP
    for line in footer:
        top += 18
        parts.append(f'<text x="16" y="{top}" font-size="10" fill="#57606a">{escape(line)}</text>')
    return "\n".join([*parts, "</svg>", ""])
