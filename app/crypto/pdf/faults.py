"""Whose fault an exception is: the document's, which is a finding, or the machine's, which is not."""

import errno

from app.errors import RoscherkError


def pass_on(error: Exception) -> None:
    """Raise an error that is no fault of the document; return for one that is.

    A file that names a place before its own beginning makes a seek fail with EINVAL: that is the
    document's fault, whereas a disk that fails is not.
    """
    if isinstance(error, RoscherkError | MemoryError):
        raise error
    if isinstance(error, OSError) and error.errno != errno.EINVAL:
        raise error
