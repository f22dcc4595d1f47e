#!/bin/sh
# Makes sure that a Chromium and a plain font are there for the page tests. Says what it does; never hides a failure.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium found. Install Chromium or Google Chrome to run the page tests; they are left out until then."
    exit 0
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo -n"; else
        echo "No Chromium found. 'sudo apt-get install chromium fonts-liberation' lets the page tests run."
        exit 0
    fi
fi
echo "Installing Chromium and fonts for the page tests ..."
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium fonts-liberation fonts-dejavu-core >/dev/null
