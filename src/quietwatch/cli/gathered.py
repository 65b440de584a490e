"""Options that several verbs have in common, gathered in one value.

A dataclass has a field for each option; a verb takes the value first. Typer reads the options from
the signature that is made here.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

Verb = Callable[..., None]


def gathered(kind: type[Any], *, first: bool = False) -> Callable[[Verb], Verb]:
    """Give a verb the options of a dataclass. Several may be stacked: the lowest comes first.

    Args:
        kind: the dataclass; each field is annotated as an option and has a default.
        first: whether they are shown before the verb's own options.
    """
    options = inspect.signature(kind).parameters

    def decorate(verb: Verb) -> Verb:
        own = list(inspect.signature(verb).parameters.values())[1:]
        shared, rest = list(options.values()), _options(own)
        parameters = [*_arguments(own), *(shared + rest if first else rest + shared)]

        @functools.wraps(verb)
        def call(*others: Any, **given: Any) -> None:
            value = kind(**{name: given.pop(name) for name in options})
            verb(value, *others, **given)

        call.__dict__["__signature__"] = inspect.Signature(parameters)
        call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return call

    return decorate


def _arguments(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Those that may be given without a name; all are passed by it, so their order is free."""
    return [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for one in parameters
        if one.kind is not inspect.Parameter.KEYWORD_ONLY
    ]


def _options(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [one for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY]
