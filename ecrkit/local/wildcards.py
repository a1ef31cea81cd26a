"""Wildcards as ECR has them in its filters: `*` stands for zero or more characters, the whole text must match."""


def matches(pattern: str, text: str) -> bool:
    """Match in time linear to the text for each `*`, whatever the pattern is."""
    head, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, tail = rest
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    position, end = len(head), len(text) - len(tail)
    for piece in middle:
        position = text.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True
