#!/bin/sh
# command_needs.sh ACDR: the command links no libvirt, which takes several times as long to load as
# all else; those that talk to libvirt load it.
set -eu
needed=$(LC_ALL=C readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
echo "$1 needs:" $needed
case $needed in
*libvirt*) exit 1 ;;
*libc.so*) exit 0 ;;
esac
exit 1
