"""Turns made on a speaker, again.

playing.py    a speaker to which everything happens once more that happened to the first
comparing.py  what is the same, what is not
command.py    `inglenook replay`
"""
