"""From where somebody asks, as far as attempts are counted by it."""

import ipaddress
from typing import Final

#: What a provider gives to one household or office (RFC 6177, 2): whoever has it may
#: ask from each of its addresses.
_PREFIX: Final = 64


def of(address: str | None) -> str:
    """The network that an address counts for: of IPv6 its /64, of IPv4 itself."""
    try:
        read = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _PREFIX), strict=False))
