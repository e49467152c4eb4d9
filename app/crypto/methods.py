"""What the crypto worker can be asked. Light: the window and the command line import this file.

Keep the list in alphabetical order; the functions that answer stand in ``app.crypto.worker``.
"""

from app.crypto.model import (
    FinishRequest,
    PreparedSignature,
    SignedFile,
    SignRequest,
    Verification,
    VerifyRequest,
)
from app.processes.method import Method

SIGN_FINISH = Method("sign_finish", FinishRequest, SignedFile)
SIGN_PREPARE = Method("sign_prepare", SignRequest, PreparedSignature)
VERIFY = Method("verify", VerifyRequest, Verification)
