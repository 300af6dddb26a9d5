#!/bin/sh
# Speaks the recordings of this folder anew with flite, espeak-ng and sox.
set -eu
cd "$(dirname "$0")"
wav=$(mktemp --suffix=.wav)
trap 'rm -f "$wav"' EXIT

file() { # NAME: half a second of quiet before and after, 16 kHz mono
    sox -q "$wav" -r 16000 -c 1 -C 6 "$1.ogg" norm -6 pad 0.4 0.8
}
flite_says() { # VOICE NAME TEXT
    flite -voice "$1" -t "$3" -o "$wav"
    file "$2.$1"
}
espeak_says() { # VOICE NAME TEXT
    espeak-ng -v "$1" -s 150 -w "$wav" "$3"
    file "$2.espeak-$(echo "$1" | tr '+' '-')"
}

request="turn on the kitchen light and set the bedroom thermostat to twenty one degrees"
flite_says slt light_and_thermostat "$request"
espeak_says en-us+m3 light_and_thermostat "$request"

request="turn on the kitchen light and the fan"
flite_says rms light_and_fan "$request"
espeak_says en-us+f3 light_and_fan "$request"

request="add bananas, peanut butter, and paper towels to my shopping list"
flite_says awb shopping_list "$request"
espeak_says en-us shopping_list "$request"

request="set a timer for five minutes"
flite_says kal16 timer "$request"
espeak_says en-gb+f2 timer "$request"

request="is the front door locked"
flite_says slt front_door "$request"
espeak_says en-us+m7 front_door "$request"

request="what is the temperature in the bedroom"
flite_says rms temperature "$request"
espeak_says en-us+f5 temperature "$request"

request="dim the living room lights to thirty percent"
flite_says awb dim_lights "$request"
espeak_says en-gb dim_lights "$request"

request="close the bedroom blinds"
flite_says kal16 blinds "$request"
espeak_says en-us+m3 blinds "$request"
