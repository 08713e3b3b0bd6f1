#!/bin/sh
# hook_needs.sh HOOK: the program that libvirt runs for every guest links libc and nothing else.
set -eu
needed=$(LC_ALL=C readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
case $needed in
libc.so.[0-9]*) [ "$(echo "$needed" | wc -l)" -eq 1 ] && exit 0 ;;
esac
echo "$1 needs:" $needed
exit 1
