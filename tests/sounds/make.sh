#!/bin/sh
# Speaks the wake phrases and stop words of this folder anew with flite and sox.
set -eu
cd "$(dirname "$0")"
wav=$(mktemp --suffix=.wav)
trap 'rm -f "$wav"' EXIT

says() { # VOICE NAME TEXT
    flite -voice "$1" -t "$3" -o "$wav"
    sox -q "$wav" -r 16000 -c 1 "$2.$1.flac" norm -6 pad 0.6 0.8
}

for voice in slt rms awb kal16; do
    says "$voice" okay_nabu "okay nah boo."
    says "$voice" hey_jarvis "hey jarvis."
    says "$voice" hey_mycroft "hey mycroft."
    says "$voice" alexa "alexa."
done

for voice in slt rms; do
    says "$voice" stop "stop."
    says "$voice" never_mind "never mind."
    says "$voice" cancel "cancel."
done
