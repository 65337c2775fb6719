"""Networks in CIDR and the addresses within them."""

import pytest

from huiliu.kernel.networks import parse_networks, within

OFFICE = parse_networks(["10.44.0.0/16", " 192.168.3.8", "fd00::/8"])


@pytest.mark.parametrize("address", ["10.44.0.0", "10.44.255.255", "192.168.3.8", "fd12::1", "::ffff:10.44.1.2"])
def test_addresses_inside(address):
    assert within(address, OFFICE)


@pytest.mark.parametrize("address", ["10.45.0.0", "192.168.3.9", "fe80::1", "::ffff:10.45.1.2", "", "unix", "10.44.1"])
def test_addresses_outside_and_texts_that_are_none(address):
    assert not within(address, OFFICE)


def test_no_network_holds_nothing():
    assert not within("10.44.0.1", ())


@pytest.mark.parametrize("wrong", ["10.44.1.2/16", "10.44.0.0/33", "office", "", "10.44.0.0-10.44.0.9"])
def test_a_wrong_entry_is_named_by_its_position(wrong):
    with pytest.raises(ValueError, match="2"):
        parse_networks(["10.44.0.0/16", wrong])
