"""Seals: answers locked to a public key while they wait, drafts locked with a key that only the personal link gives."""

import hashlib
import hmac
import json
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

BLOCK = 4096
"""Documents are filled up to a multiple of this many bytes: a length would tell one from another."""
HEADER = 4


class CannotUnseal(Exception):
    """The seal is another key's, or what is inside is no document."""


def pack(document: Any, block: int = BLOCK) -> bytes:
    """A JSON document filled up with zeros to a multiple of ``block`` bytes."""
    said = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    whole = -(-(HEADER + len(said)) // block) * block
    return (len(said).to_bytes(HEADER, "big") + said).ljust(whole, b"\0")


def unpack(data: bytes) -> Any:
    """The document that `pack` packed."""
    length = int.from_bytes(data[:HEADER], "big")
    try:
        return json.loads(data[HEADER : HEADER + length])
    except ValueError as fault:
        raise CannotUnseal("no document inside") from fault


def seal(public_key: bytes, document: Any, block: int = BLOCK) -> bytes:
    """Lock a document so that only the private key opens it, not even whoever locked it."""
    return SealedBox(PublicKey(public_key)).encrypt(pack(document, block))


def unseal(private_key: PrivateKey, sealed: bytes) -> Any:
    """Open what `seal` locked."""
    try:
        return unpack(SealedBox(private_key).decrypt(sealed))
    except CryptoError as fault:
        raise CannotUnseal("sealed with another key") from fault


def draft_name(token: str) -> str:
    """The name that a personal link's draft is kept under; it does not lead back to the link."""
    return hmac.new(token.encode(), b"draft-id", hashlib.sha256).hexdigest()


def lock(token: str, document: Any) -> bytes:
    """Lock a draft with a key from the personal link."""
    return bytes(SecretBox(_draft_key(token)).encrypt(pack(document)))


def unlock(token: str, sealed: bytes) -> Any:
    """Open what `lock` locked."""
    try:
        return unpack(SecretBox(_draft_key(token)).decrypt(sealed))
    except CryptoError as fault:
        raise CannotUnseal("another link's draft") from fault


def _draft_key(token: str) -> bytes:
    return hmac.new(token.encode(), b"draft-key", hashlib.sha256).digest()
