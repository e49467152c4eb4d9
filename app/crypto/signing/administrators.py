"""What an administrator has fixed of new signatures holds against every option of both faces."""

from app.crypto.model import SignatureFormat, SigningAct, SignRequest
from app.errors import ErrorCode, RoscherkError
from app.settings import ATTACHED, ENCODING, FORMATS, LEVEL, Settings


class Administrators:
    """Asks the settings at each signature. May be used from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings under the policy of this computer."""
        self._settings = settings

    def demand(self, request: SignRequest, pdf: bool) -> None:
        """Raise ``SETTING_LOCKED`` (key) for a signature other than it may be.

        Practice signatures are no signatures: they may be tried in every form.
        """
        if request.container.practice:
            return
        settings = self._settings
        if settings.locked(LEVEL) and request.level.value != settings.get(LEVEL):
            raise _locked(LEVEL.key)
        if request.act is not SigningAct.NEW:
            return  # another signature goes where the first one is
        inside = pdf and request.format in {SignatureFormat.AUTO, SignatureFormat.PADES}
        form = "pades" if inside else "cades_attached" if request.attached else "cades"
        allowed = settings.get(FORMATS)
        if allowed and form not in allowed:
            raise _locked(FORMATS.key)
        if inside:
            return
        if settings.locked(ATTACHED) and request.attached != settings.get(ATTACHED):
            raise _locked(ATTACHED.key)
        if settings.locked(ENCODING) and request.encoding.value != settings.get(ENCODING):
            raise _locked(ENCODING.key)


def _locked(key: str) -> RoscherkError:
    return RoscherkError(ErrorCode.SETTING_LOCKED, key=key)
