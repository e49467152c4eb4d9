#!/bin/sh
exec /usr/lib/roscherk/bin/roscherk -m app "$@"
