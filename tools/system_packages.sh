#!/bin/sh
# Make sure that the named Debian packages' programs are there; install them where we may, say how where we may not.
set -u

missing() {
    case "$1" in
    chromium) for p in chromium chromium-browser google-chrome google-chrome-stable; do command -v "$p" >/dev/null && return 1; done ;;
    fonts-noto-cjk) command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] && return 1 ;;
    gettext) command -v xgettext >/dev/null && return 1 ;;
    *) echo "system_packages.sh: unknown package $1" >&2; exit 2 ;;
    esac
    return 0
}

needed=""
for package in "$@"; do
    missing "$package" && needed="$needed $package"
done
[ -z "$needed" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
    echo "Installing$needed"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 - both are lists of words
    { $as_root apt-get install -y -qq --no-install-recommends $needed >/dev/null 2>&1 ||
        { $as_root apt-get update -qq >/dev/null && $as_root apt-get install -y -qq --no-install-recommends $needed >/dev/null; }; } &&
        exit 0
fi
echo "Missing on this machine:$needed. Nothing is skipped without them; install them first:" >&2
echo "  sudo apt-get install$needed" >&2
exit 1
