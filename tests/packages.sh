#!/bin/sh
# Install the Debian packages of the given lists (a name a line, # comments) that are missing.
# Run as: packages.sh LIST...
set -eu
missing=
for package in $(sed 's/#.*//' "$@" | sort -u); do
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true) in
    ii*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages:$missing; run this as root, or install them" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
