#!/bin/sh
# SPDX-License-Identifier: MIT
# no_overcommit.sh FAILING: plays each scenario where the system promises no memory that it does not have (vm.overcommit_memory=2), with
# from nothing to more than enough left to promise. It needs root, and changes four settings of the running system while it runs, some
# seconds, and puts them back: not for a machine on which others work.
#
# Processes without privileges get what is left above vm.admin_reserve_kbytes. So that is what is made scarce, for the scenarios, which
# run as nobody; the limit for everyone else is made huge.
set -eu

failing=$1
[ "$(id -u)" = 0 ] || { echo "no_overcommit.sh: must be root, to set vm.overcommit_memory" >&2; exit 1; }

setting=/proc/sys/vm
memory=$(cat $setting/overcommit_memory) ratio=$(cat $setting/overcommit_ratio)
kbytes=$(cat $setting/overcommit_kbytes) reserve=$(cat $setting/admin_reserve_kbytes)
user_reserve=$(cat $setting/user_reserve_kbytes)

# Writing one of ratio and kbytes sets the other to 0.
put_back() {
    echo "$memory" >$setting/overcommit_memory
    if [ "$kbytes" != 0 ]; then
        echo "$kbytes" >$setting/overcommit_kbytes
    else
        echo "$ratio" >$setting/overcommit_ratio
    fi
    echo "$reserve" >$setting/admin_reserve_kbytes
    echo "$user_reserve" >$setting/user_reserve_kbytes
}
said=$(mktemp) failed=0
trap 'put_back; rm -f "$said"' EXIT
trap 'exit 1' HUP INT TERM

of_meminfo() {
    awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

echo $((1024 * 1024 * 1024 * 1024)) >$setting/overcommit_kbytes
echo 0 >$setting/user_reserve_kbytes # a process keeps so much free that is large, and one with a heap is
echo 2 >$setting/overcommit_memory

for left in $(seq 0 1000 40000) 80000 2000000; do
    limit=$(of_meminfo CommitLimit) committed=$(of_meminfo Committed_AS)
    echo $((limit - committed - left)) >$setting/admin_reserve_kbytes
    printf '%s KiB left: ' "$left"
    "$failing" --unprivileged >"$said" || failed=1
    if [ "$failed" = 1 ]; then cat "$said"; else tail -n 1 "$said"; fi
done
exit "$failed"
