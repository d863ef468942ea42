"""WeChat's own cryptography: the signature on a call, and the letter sealed inside it.

A sealed letter is AES-256-CBC over 16 random bytes, the text's length, the text and the name of
the account it is for, padded to 32. It has no authentication of its own, so the signature is
always checked first.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 32
_RANDOM = 16
_HEAD = _RANDOM + 4
_KEY_CHARACTERS = 43


class SealError(ValueError):
    """A sealed letter cannot be opened; nothing of it may be believed."""


def signature(token: str, *parts: str) -> str:
    """What WeChat signs a call with: SHA-1 over the sorted parts and the secret token."""
    joined = "".join(sorted((token, *parts)))
    return hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()  # noqa: S324 - theirs


def same(given: str, wanted: str) -> bool:
    """Whether two signatures are one, without telling by time how much of them is."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def key_of(encoding_aes_key: str) -> bytes:
    """The 32 bytes that an EncodingAESKey of 43 characters stands for.

    Raises:
        ValueError: it is no such key.
    """
    if len(encoding_aes_key) != _KEY_CHARACTERS:
        raise ValueError("expected an EncodingAESKey of 43 letters and digits")
    try:
        return base64.b64decode(encoding_aes_key + "=", validate=True)
    except binascii.Error as error:
        raise ValueError("expected an EncodingAESKey of 43 letters and digits") from error


@dataclass(frozen=True)
class Seal:
    """Seals and opens letters for one receiver: an app id, or a corp id."""

    key: bytes = field(repr=False)
    receiver: str

    def close(self, text: str) -> str:
        """The text sealed, in base64."""
        content = text.encode()
        letter = secrets.token_bytes(_RANDOM) + struct.pack(">I", len(content))
        letter += content + self.receiver.encode()
        padding = _BLOCK - len(letter) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(letter + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """The text inside.

        Raises:
            SealError: damaged, made with another key, or for another receiver.
        """
        letter = _unpadded(self._decrypted(sealed))
        (length,) = struct.unpack(">I", letter[_RANDOM:_HEAD])
        content, receiver = letter[_HEAD : _HEAD + length], letter[_HEAD + length :]
        if len(content) != length or not hmac.compare_digest(receiver, self.receiver.encode()):
            raise SealError("the letter is for somebody else")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise SealError("the letter is not UTF-8") from error

    def _decrypted(self, sealed: str) -> bytes:
        try:
            raw = base64.b64decode(sealed, validate=True)
        except ValueError as error:
            raise SealError("the letter is not base64") from error
        if not raw or len(raw) % _BLOCK:
            raise SealError("the letter has a length that no letter has")
        decryptor = self._cipher().decryptor()
        return decryptor.update(raw) + decryptor.finalize()

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self.key), CBC(self.key[:16]))


def _unpadded(letter: bytes) -> bytes:
    padding = letter[-1]
    good = 1 <= padding <= _BLOCK and letter.endswith(bytes([padding]) * padding)
    if not good or len(letter) - padding < _HEAD:
        raise SealError("the letter is damaged")
    return letter[:-padding]
