"""Random households: homes, the people in them, and what they say all day, with its truth.

house       a random home as a home file
names       what can be said of a home, and what that could mean
deeds       what people have done with devices, and what comes of it
truth       what is right at every stage of a turn
speaking    a sentence for a deed, out of the built-in templates
people      who lives there, when they are at home, what they do every day
days        a whole day of sentences
scenarios   the same as scenario files
"""
