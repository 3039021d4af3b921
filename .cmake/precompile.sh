#!/bin/sh
# Launches the compiler for a precompiled header, and leaves beside it what ccache is to tell it by: a sum of
# the text that it was made of. Its own bytes differ with the folder of the checkout, and with them every
# object that is compiled with it would.
set -eu
before=
output=
for word; do
    if [ "$before" = -o ]; then output=$word; fi
    before=$word
done
rm -f "$output" "$output.sum" # or the text would be asked of the one that is to be replaced
"$@" -E -P
text=$(sha256sum <"$output")
rm "$output" # which the compiler would take for the header itself
"$@"
echo "$text" >"$output.sum"
