"""Questions about what is installed, answered as frozen records."""

from registry_core.query.listing import Listing, Row, listing
from registry_core.query.which import Which, which

__all__ = ["Listing", "Row", "Which", "listing", "which"]
