#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: $CHROMIUM, one on the PATH, or Debian's package.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests (Debian's package)."
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi
echo "The browser tests need Chromium: install it (on Debian: apt install chromium) or set CHROMIUM to where it is." >&2
exit 1
