"""Hermes: the topics by which other people's skills hear what was asked and answer it.

messages   what clients may send, read from bytes
session    whose session it is, what a client wants to hear in it
events     what happens to it, and what it makes the speaker do
dialogue   how sessions begin, go on and end; a pure step
intents    requests in the words of Hermes
limits     how much a client may do
site       the speaker's side of it all, on the bus
"""
