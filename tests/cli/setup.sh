# shellcheck shell=bash
# Sourced by every transcript: the program under its own name, and paths from the root of the sources.
#
# COUNTERSIGN names the program, and COUNTERSIGN_UNDER, where it is set, a command to run it under. After a change that is
# meant, "COUNTERSIGN=$PWD/build/countersign cram3 --shell=/bin/bash -i tests/cli/FILE.t" takes over what it prints now.
unset NO_COLOR
countersign() { ${COUNTERSIGN_UNDER-} "$COUNTERSIGN" "$@"; }
cd "$TESTDIR/../.." || exit
