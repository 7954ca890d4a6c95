/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/level.h"

const char *const access_level_names[ACCESS_LEVELS] = { "none", "user", "operator", "admin" };
