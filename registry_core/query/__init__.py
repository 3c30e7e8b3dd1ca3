"""Questions about what is installed, answered as frozen records."""

from registry_core.query.describe import Description, describe, describe_all
from registry_core.query.find import find, occurrence
from registry_core.query.listing import Listing, Row, listing
from registry_core.query.which import Which, which
from registry_core.signature import Parameter

__all__ = [
    "Description",
    "Listing",
    "Parameter",
    "Row",
    "Which",
    "describe",
    "describe_all",
    "find",
    "listing",
    "occurrence",
    "which",
]
