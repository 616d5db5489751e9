#!/bin/sh
# SPDX-License-Identifier: MIT
# jemalloc_settings.sh PROGRAM: the jemalloc in the library that PROGRAM links has the settings of lib/jemalloc_conf.c, also where
# the environment asks for others, and complains of nothing.
set -eu

report=$(MALLOC_CONF=stats_print:true,retain:false,narenas:3,background_thread:true "$1" 2>&1)

for setting in 'opt.cache_oblivious: false' 'opt.retain: true' 'opt.narenas: 1' 'opt.background_thread: false' \
    'opt.oversize_threshold: 0'; do
    case $report in
    *"$setting"*) ;;
    *)
        echo "jemalloc does not report $setting" >&2
        exit 1
        ;;
    esac
done
case $report in
*Invalid*)
    echo "$report" | grep Invalid >&2
    exit 1
    ;;
esac
