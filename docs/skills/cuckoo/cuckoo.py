"""A skill: answers "what does the cuckoo say in Tokyo". Run it with the broker's host and port."""

import json
import sys

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion


def answer(client: Client, _: object, message: MQTTMessage) -> None:
    """Say what the cuckoo says, in the session that asks."""
    asked = json.loads(message.payload)
    city = next((slot["value"]["value"] for slot in asked["slots"]), "the Black Forest")
    reply = {"sessionId": asked["sessionId"], "text": f"In {city} it says cuckoo."}
    client.publish("hermes/dialogueManager/endSession", json.dumps(reply))


skill = Client(CallbackAPIVersion.VERSION2)
skill.on_message = answer
skill.on_connect = lambda client, *_: client.subscribe("hermes/intent/AskCuckoo")
skill.connect(sys.argv[1], int(sys.argv[2]))
skill.loop_forever()
