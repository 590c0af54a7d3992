"""Modules that take long to import: every worker collects all tests, and most need not wait for them."""

import importlib
from typing import Any


class Later:
    """A module that is imported when something is first asked of it."""

    def __init__(self, name: str):
        """Import nothing yet."""
        vars(self)["_name"] = name

    def __getattr__(self, name: str) -> Any:
        """What the module has, if it is for others: pytest asks for private names whatever it collects."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self._name), name)
