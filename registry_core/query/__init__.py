"""Questions about what is installed, answered as frozen records."""

from registry_core.query.listing import Listing, Row, listing

__all__ = ["Listing", "Row", "listing"]
