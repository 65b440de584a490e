"""Options that several verbs have in common, gathered in one value.

A dataclass has a field for each option; a verb takes the value first. Typer reads the options from
the signature that is made here.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

Verb = Callable[..., None]


def gathered(kind: type[Any]) -> Callable[[Verb], Verb]:
    """Give a verb the options of a dataclass; several may be stacked, the last takes its own first.

    Args:
        kind: the dataclass; each field is annotated as an option and has a default.
    """
    options = inspect.signature(kind).parameters

    def decorate(verb: Verb) -> Verb:
        own = list(inspect.signature(verb).parameters.values())[1:]
        parameters = [*_positional(own), *options.values(), *_keyword(own)]

        @functools.wraps(verb)
        def call(*others: Any, **given: Any) -> None:
            value = kind(**{name: given.pop(name) for name in options})
            verb(value, *others, **given)

        call.__dict__["__signature__"] = inspect.Signature(parameters)
        call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return call

    return decorate


def _positional(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Arguments, before the options; by name, so that their order in the signature is free."""
    return [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for one in parameters
        if one.kind is not inspect.Parameter.KEYWORD_ONLY
    ]


def _keyword(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    return [one for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY]
