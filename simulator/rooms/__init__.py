"""What the microphone of a speaker hears in a pretend room.

heard        what happens: who says what, how far away, in which room, with which noise
room         a room, and places in it
responses    how sound gets from one place to another
noises       kitchens, babble, music, television, rain
performance  all of it as int16 PCM, the same for the same seed
"""
