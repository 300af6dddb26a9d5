"""Hermes: the topics by which other people's skills hear what was asked and answer it.

messages   what clients may send, read from bytes
session    whose session it is, what a client wants to hear in it
events     what happens to it, and what it makes the speaker do
dialogue   how sessions begin, go on and end; a pure step
waiting    the part of it in which a turn waits for clients
calls      who is asked what in a turn, what came of it, who has gone silent
intents    requests in the words of Hermes
limits     how much a client may do
bulletin   what clients are told
"""
