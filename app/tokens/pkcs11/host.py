"""The token host: a child process that serves one PKCS #11 module, one question at a time."""

from pathlib import Path

from pkcs11 import Attribute
from pkcs11.types import Object, Session, SignMixin

from app.algorithms import signatures
from app.algorithms.names import KeyAlgorithm, key_algorithm_of_spki
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context, serve
from app.tokens import token_methods as methods
from app.tokens.model import Container, KeyPlaceKind, Token
from app.tokens.pkcs11 import mechanisms, objects, pairing
from app.tokens.pkcs11.calling import calls
from app.tokens.pkcs11.driver import Driver, Plugged, handle_of
from app.tokens.pkcs11.finding import find_key
from app.tokens.pkcs11.object_writing import ObjectWork
from app.tokens.pkcs11.pins import PinWork
from app.tokens.pkcs11.profiles import Order
from app.tokens.pkcs11.quirks import read
from app.tokens.uri import KeyUri


class Host:
    """The answers of one host, and the one module it has loaded."""

    def __init__(self) -> None:
        self._loaded: tuple[Path, Driver] | None = None

    def list_tokens(self, request: methods.ModuleRequest, _: Context) -> tuple[Token, ...]:
        """List the tokens of the module."""
        return tuple(plugged.token for plugged in self.driver(request.module).plugged())

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
        uri = KeyUri.parse(request.uri)
        context.step(methods.STEP_FIND)
        driver = self.driver(request.module)
        plugged = _find_token(driver, uri)
        vendor = plugged.token.vendor
        recipe = mechanisms.recipe_for(algorithm, request.digest_name, request.digest, vendor)
        mechanisms.demand_mechanism(plugged.token, recipe)
        with calls(driver, plugged), driver.session(plugged.slot) as session:
            context.step(methods.STEP_LOGIN)
            with driver.logged_in(
                plugged, session, context.secret, last_try_confirmed=request.last_try_confirmed
            ):
                key = find_key(session, uri, algorithm, request.public_key, vendor)
                context.step(methods.STEP_SIGN)
                raw = _sign(driver, session, key, recipe, context.secret)
        signature = mechanisms.in_cms_order(algorithm, raw, vendor)
        _check(request, algorithm, signature)
        return signature

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


def _find_token(driver: Driver, uri: KeyUri) -> Plugged:
    """Return the one token that the URI speaks of."""
    wanted = dict(uri.attributes)
    found = [plugged for plugged in driver.plugged() if _is_named(plugged.token, wanted)]
    if not found:
        raise RoscherkError(ErrorCode.TOKEN_NOT_FOUND)
    if len(found) > 1:
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS)
    return found[0]


def _is_named(token: Token, wanted: dict[str, bytes]) -> bool:
    told = {
        "token": token.label,
        "manufacturer": token.manufacturer,
        "model": token.model,
        "serial": token.serial,
        "slot-id": str(token.slot),
    }
    return all(wanted.get(name, value.encode()) == value.encode() for name, value in told.items())


def _algorithm(public_key: bytes | None) -> KeyAlgorithm:
    if public_key is None:
        raise RoscherkError(ErrorCode.CERTIFICATE_MISSING)
    algorithm = key_algorithm_of_spki(public_key)
    if algorithm is None or not mechanisms.supported(algorithm):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, algorithm=str(algorithm or "unknown"))
    return algorithm


def _sign(
    driver: Driver,
    session: Session,
    key: Object,
    recipe: mechanisms.Recipe,
    pin: bytearray | None,
) -> bytes:
    if not isinstance(key, SignMixin):
        raise RoscherkError(ErrorCode.KEY_UNSUPPORTED, reason="not_for_signing")
    if read(key, Attribute.ALWAYS_AUTHENTICATE):
        return driver.supplement.sign_confirmed(
            handle_of(session), handle_of(key), recipe.mechanism, recipe.data, pin or None
        )
    return key.sign(recipe.data, mechanism=recipe.mechanism)


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
    serve(
        {
            **pins.handlers(),
            **written.handlers(),
            methods.TOKEN_LIST: host.list_tokens,
            methods.TOKEN_CONTAINERS: host.list_containers,
            methods.TOKEN_SIGN: host.sign,
        }
    )
