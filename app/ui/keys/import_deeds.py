"""Keys of PFX files taken over from the window: into the program's store, or onto a token. No Qt here.

The password of the file and the PIN of the token are asked for in two dialogs, each for its own; the
file is opened before a PIN is typed.
"""

from collections.abc import Callable
from pathlib import Path

from app.crypto.containers.moving import Moving
from app.errors import ErrorFamily, RoscherkError
from app.journal import Action
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.tokens.keyring import Keyring
from app.tokens.model import Container, KeyPlaceKind, Token, Vendor
from app.tokens.pin import Secret
from app.tokens.pin_state import PinRole, pin_state
from app.tokens.store import Store
from app.tokens.uri import KeyUri
from app.ui.forms import Filled, Form, PinAsked, Told
from app.ui.keys.port import View
from app.ui.keys.token_telling import token_key, token_title
from app.ui.known_keys import Key, KnownKeys
from app.ui.notes import Notes
from app.ui.rows import Tone
from app.ui.secrets import Secrets, Wish
from app.ui.work import Job, Tasks


class ImportDeeds:
    """Asks, takes the key over, tells. The file stays as it is."""

    def __init__(
        self,
        *,
        moving: Moving,
        store: Store,
        keyring: Keyring,
        secrets: Secrets,
        keys: KnownKeys,
        notes: Notes,
        tasks: Tasks,
        want: Callable[[str], None],
    ) -> None:
        """``want`` chooses a key that was made, as soon as it is in the list."""
        self._moving = moving
        self._store = store
        self._keyring = keyring
        self._secrets = secrets
        self._keys = keys
        self._notes = notes
        self._tasks = tasks
        self._want = want
        self._view: View

    def attach(self, view: View) -> None:
        """Begin to ask and tell on ``view``."""
        self._view = view

    def into_store(self, key: Key, name: str, password: Secret, new: Secret) -> None:
        """Take the key of a PFX file over into the program's store, under a name and a password."""
        path = KeyUri.parse(key.uri).path
        if path is None:
            return

        def work(_job: Job) -> Container:
            with password, new:
                return self._store.import_pfx(name, path, password, new)

        self._put(key, name, work)

    def onto_token(self, key: Key) -> None:
        """Write the key of a PFX file onto a token: which one, under which name."""
        tokens = {token_key(each): each for each in writable_tokens(self._keys.tokens)}
        path = KeyUri.parse(key.uri).path
        if path is None:
            return
        if not tokens:
            self._view.tell(
                Told(
                    heading=_("No token that could take the key is plugged in"),
                    words=_(
                        "It has to be prepared for work, with its PIN set and not locked, and to "
                        "sign by itself. Tokens that only keep files take no keys here."
                    ),
                    tone=Tone.WARN,
                )
            )
            return
        form = Form(
            heading=_("Import the key onto a token"),
            words=_(
                "The file stays as it is. Whoever has the file and its password can go on signing "
                "with this key: delete the file afterwards if only the token shall have it."
            ),
            yes=N_("Continue"),
            icon="usb",
            facts=((_("File"), plain(path.name)),),
            choice=_("Token"),
            choices=tuple((name, token_title(each)) for name, each in tokens.items()),
            text=_("Name on the token"),
            value=plain(path.stem),
            pin=PinAsked(prompt=_("Password of the PFX file")),
        )
        self._view.ask_form(form, lambda filled: self._open(key, path, tokens, filled))

    def _open(self, key: Key, path: Path, tokens: dict[str, Token], filled: Filled) -> None:
        """Open the file with its password, before a PIN is typed for nothing."""
        password, token = filled.pin, tokens[filled.choice]
        if password is None:
            return

        def work(_job: Job) -> None:
            try:
                self._keyring.find(key.uri, password)
            except RoscherkError:
                password.wipe()
                raise

        self._tasks.run(
            work,
            done=lambda _nothing: self._ask_pin(key, path, token, filled.text, password),
            failed=self._fail,
            lane="keys",
        )

    def _ask_pin(self, key: Key, path: Path, token: Token, name: str, password: Secret) -> None:
        def put(pin: Secret | None) -> None:
            def work(_job: Job) -> Container:
                try:
                    return self._moving.onto_token(path, token, name, password, pin)
                finally:
                    password.wipe()
                    if pin is not None:
                        pin.wipe()

            self._put(key, name, work)

        def fail(error: RoscherkError) -> None:
            password.wipe()
            self._fail(error)

        purpose = _("To write the key of the file to the token")
        wish = Wish(container=planned_key(token, name), owner=key.owner, purpose=purpose)
        self._secrets.ask(self._view, wish, put, fail)

    def _put(self, key: Key, name: str, work: Callable[[Job], Container]) -> None:
        """Have the key put in its place; the journal has it, whatever comes of it."""
        self._tasks.run(
            work,
            done=lambda made: self._take(key, made),
            failed=self._notes.failing(Action.CONTAINER_IMPORT, name, self._fail, source=key.uri),
            lane="keys",
        )

    def _take(self, key: Key, made: Container) -> None:
        self._notes.note(Action.CONTAINER_IMPORT, made.uri, "done", source=key.uri)
        on_token = made.place is KeyPlaceKind.TOKEN
        heading = _("The key is on the token now") if on_token else _("The key is in the store now")
        self._view.tell(Told(heading=heading, words=plain(made.label)))
        self._want(made.uri)

    def _fail(self, error: RoscherkError) -> None:
        if error.family is not ErrorFamily.SILENT:
            self._view.show_error(error)
            self._keys.refresh()


def writable_tokens(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the tokens, and the applets of tokens, that a key may be written to or made on."""
    everything = [each for token in tokens for each in (token, *token.slots)]
    return tuple(each for each in everything if _is_writable(each))


def _is_writable(token: Token) -> bool:
    state = pin_state(token, PinRole.USER)
    ready = token.flags.initialised and state.is_set and not state.locked
    signs = bool(token.mechanisms) and token.vendor is not Vendor.CRYPTOPRO
    return ready and signs and not token.flags.write_protected


def planned_key(token: Token, name: str) -> Container:
    """Return a key that is to be on a token, so that its PIN can be asked for."""
    uri = str(KeyUri.of_token(token))
    return Container(uri=uri, place=KeyPlaceKind.TOKEN, label=name, algorithm=None, token=token)
