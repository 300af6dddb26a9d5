#!/bin/sh
# A skill in a shell, with mosquitto's tools and jq: sh cuckoo.sh HOST PORT
mosquitto_sub -h "$1" -p "$2" -t hermes/intent/AskCuckoo | while read -r asked; do
    printf '%s' "$asked" |
        jq -c '{sessionId, text: "In \(.slots[0].value.value // "the Black Forest") it says cuckoo."}' |
        mosquitto_pub -h "$1" -p "$2" -t hermes/dialogueManager/endSession -s
done
