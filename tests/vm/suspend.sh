#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Guest job: pollers and a machine that is suspended, as far as its tasks go.

EVT_SUSPEND=1 /t/command -x 3 '*_suspended'
