"""A device that keeps one passkey: what an authenticator and a browser answer to the two ceremonies."""

from __future__ import annotations

import json
from hashlib import sha256

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN = "https://spcg.example"
FLAG = AuthenticatorData.FLAG
SEEN = FLAG.UP | FLAG.UV


class Passkey:
    """Made for one person at ORIGIN; `challenge` is what the page of the ceremony holds."""

    def __init__(self, user, origin: str = ORIGIN):
        self.handle, self.origin = websafe_encode(user_pk_to_url_str(user).encode()), origin
        self.key, self.number = ec.generate_private_key(ec.SECP256R1()), b"the only passkey"
        self.site = sha256(origin.removeprefix("https://").encode()).digest()

    def _answer(self, **response: bytes) -> str:
        number = websafe_encode(self.number)
        answer = {"id": number, "rawId": number, "type": "public-key", "clientExtensionResults": {}}
        answer["clientExtensionResults"] = {"credProps": {"rk": True}}
        answer["response"] = {name: websafe_encode(value) for name, value in response.items()}
        answer["response"]["userHandle"] = self.handle
        return json.dumps(answer)

    def made(self, challenge: str) -> str:
        """The answer to the ceremony that adds a passkey."""
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(bytes(16), self.number, public)
        found = AuthenticatorData.create(self.site, SEEN | FLAG.AT, 0, data)
        client = CollectedClientData.create("webauthn.create", challenge, self.origin)
        return self._answer(clientDataJSON=client, attestationObject=AttestationObject.create("none", found, {}))

    def signed(self, challenge: str) -> str:
        """The answer to the ceremony that signs in, or confirms."""
        found = AuthenticatorData.create(self.site, SEEN, 0)
        client = CollectedClientData.create("webauthn.get", challenge, self.origin)
        signature = self.key.sign(found + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=found, signature=signature)


def challenge_of(client) -> str:
    """What the browser's session expects to be signed."""
    return client.session["mfa.webauthn.state"]["challenge"]
