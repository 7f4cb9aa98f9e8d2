"""Who answers for a course or a newsletter, as letters and pages say it."""

from course.i18n.catalogs import Catalog
from sequences.identity import Imprint


def address_lines(imprint: Imprint, catalog: Catalog) -> tuple[str, ...]:
    """The postal address, with the country's name in the publication's language at its end."""
    if not imprint.postal_address or not imprint.country:
        return imprint.postal_address
    country = catalog.locale.territories.get(imprint.country, imprint.country)
    return *imprint.postal_address, country
