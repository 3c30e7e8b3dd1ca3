"""What an entry's target takes and says of itself: read from source, or asked of the object."""

from registry_core.signature.record import (
    VARIADIC_KEYWORD,
    VARIADIC_POSITIONAL,
    Parameter,
    Signature,
)

__all__ = ["VARIADIC_KEYWORD", "VARIADIC_POSITIONAL", "Parameter", "Signature"]
