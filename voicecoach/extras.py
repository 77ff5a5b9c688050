"""Packages that only some uses need: imported when wanted, and asked for by name where they are missing."""

from importlib import import_module
from typing import Any

from voicecoach.errors import UsageError


def needed(package: str, extra: str = "notebooks") -> Any:
    """The module ``package``, which one of the optional extras installs.

    Parameters
    ----------
    package : str     as it is imported
    extra : str       which extra of voicecoach brings it

    Raises
    ------
    UsageError    it is not installed; the message says how to install it

    Examples
    --------
    >>> needed("json").loads("1")
    1
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package.split(".")[0]:  # it is there, and lacks something of its own
            raise
        raise UsageError("extra_missing", found=package.split(".")[0], extra=extra) from None
