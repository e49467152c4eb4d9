"""No image of our memory is left on the disk when one of our processes crashes: PINs lie in it."""

import sys

if sys.platform != "win32":
    import resource


def forbid_dumps() -> None:
    """Let the system write no core file of this process and of those that it starts.

    Under Windows an image is written only where an administrator asked for that.
    """
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
