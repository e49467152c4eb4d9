"""The token host: a child process that serves one PKCS #11 module, one question at a time."""

from pathlib import Path

from pkcs11 import Attribute
from pkcs11.types import Session, SignMixin

from app.algorithms import signatures
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context, serve
from app.tokens import token_methods as methods
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.pkcs11 import mechanisms, objects, pairing
from app.tokens.pkcs11.calling import calls
from app.tokens.pkcs11.creating import CreationWork
from app.tokens.pkcs11.driver import Driver, handle_of
from app.tokens.pkcs11.finding import find_key
from app.tokens.pkcs11.logins import Login, Logins
from app.tokens.pkcs11.object_writing import ObjectWork
from app.tokens.pkcs11.pins import PinWork
from app.tokens.pkcs11.profiles import Order
from app.tokens.pkcs11.quirks import read
from app.tokens.uri import KeyUri


class Host:
    """The answers of one host, and the one module it has loaded."""

    def __init__(self) -> None:
        self._loaded: tuple[Path, Driver] | None = None
        self._logins = Logins()

    def list_tokens(self, request: methods.ModuleRequest, _: Context) -> methods.TokensFound:
        """List the tokens of the module, and the slots that could not be looked into."""
        driver = self.driver(request.module)
        tokens = tuple(plugged.token for plugged in driver.plugged())
        return methods.TokensFound(tokens=tokens, problems=driver.problems)

    def list_containers(self, request: methods.ModuleRequest, _: Context) -> tuple[Container, ...]:
        """List what the tokens show without a PIN."""
        driver = self.driver(request.module)
        found: list[Container] = []
        for plugged in driver.plugged():
            if plugged.token.flags.initialised:
                with calls(driver, plugged), driver.session(plugged.slot) as session:
                    found += _containers(plugged.token, session)
        return tuple(found)

    def sign(self, request: methods.TokenSignRequest, context: Context) -> bytes:
        """Sign a digest: find the key, log in once, sign, check the signature."""
        algorithm = _algorithm(request.public_key)
        driver = self.driver(request.module)
        plugged = self._logins.token(driver, request, context)
        vendor = plugged.token.vendor
        recipe = mechanisms.recipe_for(algorithm, request.digest_name, request.digest, vendor)
        mechanisms.demand_mechanism(plugged.token, recipe)
        with self._logins.signing(driver, plugged, request, context) as login:
            key, each_time = _key(login, request, algorithm)
            context.step(methods.STEP_SIGN)
            if each_time:
                pin = _confirmation(request, context.secret, plugged.token)
                raw = _sign_confirmed(driver, login.session, key, recipe, pin)
            else:
                raw = key.sign(recipe.data, mechanism=recipe.mechanism)
            signature = mechanisms.in_cms_order(algorithm, raw, vendor)
        _check(request, algorithm, signature)
        return signature

    def log_out(self, _request: methods.ModuleRequest, _: Context) -> bool:
        """End the login that a run kept; tell that it is done."""
        self._logins.end()
        return True

    def driver(self, path: Path) -> Driver:
        """Return the driver of this host's module, loaded at the first question."""
        if self._loaded is None:
            self._loaded = (path, Driver(path))
        loaded, driver = self._loaded
        if loaded != path:
            raise ValueError("a host serves one module")
        return driver


def _containers(token: Token, session: Session) -> list[Container]:
    certificates = objects.certificates_of(session)
    chain = pairing.authorities(certificates)
    return [
        Container(
            uri=str(KeyUri.of_token(token, key_id=pair.id, label=pair.label)),
            place=KeyPlaceKind.TOKEN,
            label=pair.label,
            algorithm=pair.algorithm,
            certificate=pair.certificate,
            public_key=pair.public_key,
            chain=tuple(link for link in chain if link != pair.certificate),
            state=pair.state,
            made_on_token=pair.local,
            token=token,
        )
        for pair in pairing.pairs(certificates, objects.keys_of(session))
    ]


def _key(
    login: Login, request: methods.TokenSignRequest, algorithm: KeyAlgorithm
) -> tuple[SignMixin, bool]:
    """Return the private key, and whether it wants its PIN for each signature; a run looks once."""
    name = (request.uri, request.public_key)
    if name not in login.keys:
        uri, vendor = KeyUri.parse(request.uri), login.plugged.token.vendor
        key = find_key(login.session, uri, algorithm, request.public_key, vendor)
        if not isinstance(key, SignMixin):
            raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="not_for_signing")
        login.keys[name] = key, bool(read(key, Attribute.ALWAYS_AUTHENTICATE))
    return login.keys[name]


def _algorithm(public_key: bytes | None) -> KeyAlgorithm:
    if public_key is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING)
    algorithm = key_algorithm_of_spki(public_key)
    if algorithm is None or not mechanisms.supported(algorithm):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=str(algorithm or "unknown"))
    return algorithm


def _confirmation(
    request: methods.TokenSignRequest, pin: bytearray | None, token: Token
) -> bytearray | None:
    """Return the PIN for a key that wants it for each signature: one that was typed for this one.

    Such a key asks for a person. A PIN that has served before, or is remembered, is none.
    """
    if not pin and token.flags.pin_pad:
        return None
    if not pin or not request.typed:
        raise RoscherkError(ErrorCode.PIN_NEEDED, reason="each_signature")
    return pin


def _sign_confirmed(
    driver: Driver,
    session: Session,
    key: SignMixin,
    recipe: mechanisms.Recipe,
    pin: bytearray | None,
) -> bytes:
    handles = handle_of(session), handle_of(key)
    return driver.supplement.sign_confirmed(*handles, recipe.mechanism, recipe.data, pin)


def _check(request: methods.TokenSignRequest, algorithm: KeyAlgorithm, signature: bytes) -> None:
    """Raise ``SELF_CHECK_FAILED`` unless the signature is by the key it should be by.

    A token that has another order of the two numbers than its profile says is not guessed at; the
    fact ``order`` tells what to write there.
    """
    if _is_good(request, algorithm, signature):
        return
    for order in (Order.SWAPPED, Order.REVERSED) if algorithm.is_gost else ():
        if _is_good(request, algorithm, mechanisms.turned(signature, order)):
            raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, order=order.value)
    raise RoscherkError(ErrorCode.SELF_CHECK_FAILED)


def _is_good(request: methods.TokenSignRequest, algorithm: KeyAlgorithm, signature: bytes) -> bool:
    return request.public_key is not None and signatures.verify(
        request.public_key,
        mechanisms.identifier_of(algorithm),
        digest_name=request.digest_name,
        digest=request.digest,
        signature=signature,
    )


def main() -> None:
    """Serve until the parent closes the pipe."""
    host = Host()
    pins = PinWork(host.driver)
    written = ObjectWork(host.driver)
    created = CreationWork(host.driver)
    serve(
        {
            **pins.handlers(),
            **written.handlers(),
            **created.handlers(),
            methods.TOKEN_LIST: host.list_tokens,
            methods.TOKEN_CONTAINERS: host.list_containers,
            methods.TOKEN_SIGN: host.sign,
            methods.TOKEN_LOGOUT: host.log_out,
        }
    )
