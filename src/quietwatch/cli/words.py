"""Numbers as people say them."""

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def counted(number: int, thing: str, things: str = "") -> str:
    """A number of things: 1 clip, 12,000 clips."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def size(value: int) -> str:
    """Bytes in the unit that fits: 999 B, 1.5 kB, 12 MB."""
    amount, unit = float(value), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    digits = 1 if unit and amount < 9.95 else 0
    return f"{amount:.{digits}f} {_UNITS[unit]}"
