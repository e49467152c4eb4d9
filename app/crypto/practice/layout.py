"""Where things lie in the folder of practice mode."""

CONTAINERS = "containers"
TRUST = "trust"
PASSWORD = "password"  # noqa: S105 - the name of a file
NAME = "УЧЕБНЫЙ контейнер"
"""Of the one container."""
