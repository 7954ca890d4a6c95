# SPDX-License-Identifier: GPL-3.0-or-later
# A bounded run of the property test; `make check-equivalence` is the long one.
N=${N:-60} SEED=${SEED:-$((RANDOM % 1000))} exec bash tests/equivalence/run
