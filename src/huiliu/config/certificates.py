"""Who signs this installation's certificates, and the public keys that verify them, older ones included."""

from huiliu.config.keys import Keyring
from huiliu.kernel.signing import PublicKey, Signer

PURPOSE = "certificate"


def signer(ring: Keyring) -> Signer:
    """The current key, made on first use."""
    return Signer(ring.current(PURPOSE)[1])


def public_keys(ring: Keyring) -> list[PublicKey]:
    """Public keys, newest first; before the first certificate the key is made."""
    ring.current(PURPOSE)
    return [Signer(ring.get(PURPOSE, key_id)).public for key_id in reversed(ring.ids(PURPOSE))]
