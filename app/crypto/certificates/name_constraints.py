"""Whether the names of a certificate lie where the authorities above allow (RFC 5280 §4.2.1.10)."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from app.algorithms import der
from app.crypto.certificates.constraint_reading import (
    DIRECTORY_NAME,
    GeneralName,
    NameConstraints,
    read_general_names,
)
from app.crypto.certificates.extensions import SUBJECT_ALT_NAME
from app.crypto.certificates.names import EMAIL
from app.crypto.certificates.outline import Outline
from app.crypto.verdict.facts import Notice

_MAIL, _DNS, _URI, _ADDRESS = 0x81, 0x82, 0x86, 0x87
_MOST_COMPARISONS = 50_000
"""Names times constraints; beyond it somebody wants us to be busy (rule X-05)."""


class NameRules:
    """The constraints met on the way down from a root."""

    def __init__(self) -> None:
        self._permitted: list[tuple[GeneralName, ...]] = []
        """One entry for each authority and form of name: a name must lie in one base of each."""
        self._excluded: list[GeneralName] = []
        self._comparisons = 0

    def add(self, constraints: NameConstraints) -> None:
        """Take in what one more authority demands."""
        by_form: dict[int, list[GeneralName]] = {}
        for base in constraints.permitted:
            by_form.setdefault(base.tag, []).append(base)
        self._permitted += [tuple(bases) for bases in by_form.values()]
        self._excluded += constraints.excluded

    def problem(self, certificate: Outline) -> Notice | None:
        """Say what of a certificate's names is not allowed; None: nothing."""
        if not self._permitted and not self._excluded:
            return None
        try:
            names = list(_names_of(certificate))
        except (der.DerError, ValueError):
            return Notice("name_not_permitted")
        for name in names:
            self._comparisons += len(self._excluded) + sum(map(len, self._permitted))
            if self._comparisons > _MOST_COMPARISONS:
                return Notice("search_limit")
            if not self._allows(name):
                return Notice("name_not_permitted")
        return None

    def _allows(self, name: GeneralName) -> bool:
        if any(base.tag == name.tag and _touches(name, base) for base in self._excluded):
            return False
        return all(
            any(_lies_within(name, base) for base in bases)
            for bases in self._permitted
            if bases[0].tag == name.tag
        )


def _names_of(certificate: Outline) -> Iterable[GeneralName]:
    """Yield all names: the subject, the alternative ones, and a mail address in the subject.

    The last one counts only where no mail address stands among the alternative ones, as it does
    in old certificates.
    """
    if certificate.subject_key:
        yield GeneralName(DIRECTORY_NAME, certificate.subject, certificate.subject_key)
    mail = False
    for extension in certificate.extensions:
        if extension.oid == SUBJECT_ALT_NAME:
            for name in read_general_names(extension.value):
                mail = mail or name.tag == _MAIL
                yield name
    if not mail:
        for relative in certificate.subject_key:
            for oid, value in relative:
                if oid == EMAIL:
                    yield GeneralName(_MAIL, value if isinstance(value, bytes) else value.encode())


def _lies_within(name: GeneralName, base: GeneralName) -> bool:
    """Tell whether a name lies within a subtree of its own form; never, for a form we do not know."""
    check = _FORMS.get(name.tag)
    return check is not None and check(name, base)


def _touches(name: GeneralName, base: GeneralName) -> bool:
    """Tell whether a name lies within an excluded subtree; what cannot be compared is taken to.

    A wildcard stands for names of which some may be excluded.
    """
    if name.tag not in _FORMS or (name.tag == _URI and _host(name) is None):
        return True
    if name.tag == _DNS and name.content.startswith(b"*."):
        rest = _text(name)[1:]
        return _lies_within(name, base) or f".{_text(base)}".endswith(rest)
    return _lies_within(name, base)


def _text(name: GeneralName) -> str:
    return name.content.decode("latin-1").lower()


def _directory(name: GeneralName, base: GeneralName) -> bool:
    return name.key[: len(base.key)] == base.key


def _dns(name: GeneralName, base: GeneralName) -> bool:
    """Labels may be added on the left; a leading dot demands at least one."""
    host, domain = _text(name).rstrip("."), _text(base).rstrip(".")
    if not domain or host == domain:
        return True
    return host.endswith(domain if domain.startswith(".") else f".{domain}")


def _mail(name: GeneralName, base: GeneralName) -> bool:
    """Compare with a mailbox, with a host, or with all hosts of a domain (leading dot)."""
    mailbox, wanted = _text(name), _text(base)
    if "@" in wanted:
        return mailbox == wanted
    _, at, host = mailbox.rpartition("@")
    return bool(at) and _host_within(host.rstrip("."), wanted)


def _uri(name: GeneralName, base: GeneralName) -> bool:
    host = _host(name)
    return host is not None and _host_within(host, _text(base))


def _host(name: GeneralName) -> str | None:
    """Return the host of an address; None where it has none, or a number instead of a name."""
    try:
        host = urlsplit(_text(name)).hostname
    except ValueError:
        return None
    host = "" if host is None else host.rstrip(".")
    if "." not in host or ":" in host or host.replace(".", "").isdigit():
        return None
    return host


def _host_within(host: str, domain: str) -> bool:
    return host.endswith(domain) if domain.startswith(".") else host == domain


def _address(name: GeneralName, base: GeneralName) -> bool:
    """Compare with a net: the base is address and mask."""
    size = len(name.content)
    if len(base.content) != 2 * size:
        return False
    net, mask = base.content[:size], base.content[size:]
    masked = zip(name.content, net, mask, strict=True)
    return all(octet & bits == wanted & bits for octet, wanted, bits in masked)


_FORMS: Mapping[int, Callable[[GeneralName, GeneralName], bool]] = {
    DIRECTORY_NAME: _directory,
    _MAIL: _mail,
    _DNS: _dns,
    _URI: _uri,
    _ADDRESS: _address,
}
