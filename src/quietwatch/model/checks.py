"""The check that values make when they are made."""


def require(holds: bool, expected: str, actual: object) -> None:  # noqa: FBT001
    """Raise a ValueError that tells what was expected and what came instead."""
    if not holds:
        raise ValueError(f"expected: {expected}; got {actual!r}")
