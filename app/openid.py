"""Signing in with another service's account (OpenID Connect), by authlib; a rarely needed extra."""

from dataclasses import dataclass
from typing import Any

import httpx

from console.site import Stranger


@dataclass(frozen=True)
class OpenId:
    """One provider. `claim` names the account here: email (which must be verified) or another."""

    issuer: str
    client_id: str
    secret: str
    claim: str
    http: httpx.AsyncClient

    async def address(self, back: str, state: str, verifier: str) -> str:
        """Where to send the browser to."""
        found = await self._described()
        client = self._client(back)
        url, _ = client.create_authorization_url(
            found["authorization_endpoint"], state=state, code_verifier=verifier
        )
        return str(url)

    async def account(self, back: str, code: str, verifier: str) -> str:
        """The name of the account that whoever comes back with this code has there.

        Raises:
            Stranger: the provider does not vouch for him.
        """
        found = await self._described()
        async with self._client(back) as client:
            try:
                await client.fetch_token(found["token_endpoint"], code=code, code_verifier=verifier)
                answer = await client.get(found["userinfo_endpoint"])
                who: dict[str, Any] = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError, self._refusal) as error:
                raise Stranger(f"the provider refused: {type(error).__name__}") from error
        name = str(who.get(self.claim) or "").strip().lower()
        if not name or (self.claim == "email" and who.get("email_verified") is not True):
            raise Stranger(f"no verified {self.claim}")
        return name

    async def _described(self) -> dict[str, Any]:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = await self.http.get(address)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415 - an extra

        return AsyncOAuth2Client(
            self.client_id,
            self.secret,
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=10.0,
        )

    @property
    def _refusal(self) -> type[Exception]:
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - an extra

        refusal: type[Exception] = OAuthError
        return refusal
