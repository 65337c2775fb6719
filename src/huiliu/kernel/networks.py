"""Lists of networks (CIDR) and whether an address lies within one."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def parse_networks(parts: Sequence[str]) -> tuple[Network, ...]:
    """The networks of a list such as `10.1.0.0/16`, `192.168.3.8`; ValueError names the position of a wrong one.

    Bits behind the mask are refused: `10.1.2.3/16` is more often a slip than meant.
    """
    found: list[Network] = []
    for position, part in enumerate(parts, 1):
        try:
            found.append(ip_network(part.strip()))
        except ValueError:
            raise ValueError(position) from None
    return tuple(found)


def within(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks; a text that is no address lies in none."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)
