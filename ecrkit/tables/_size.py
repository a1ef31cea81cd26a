"""`Size`: a number of bytes that is displayed with a unit."""


class Size(int):
    """Bytes, which a table shows as `11.5 MB`."""

    __slots__ = ()

    def __str__(self) -> str:
        if self < _KILO:
            return f"{int(self)} B"
        number, unit = self / _KILO, "kB"
        for larger in ("MB", "GB", "TB"):
            if number >= _NEXT_UNIT:
                number, unit = number / _KILO, larger
        return f"{number:,.1f} {unit}"


_KILO = 1000
_NEXT_UNIT = 999.95  # larger values would be rounded to 1000.0
