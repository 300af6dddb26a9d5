"""Teaching arrives with its own issue; nothing is taught yet and nothing pretends to be.

What a lesson needs of the rest is there: requests keep names and values that the home does
not know, context and notebook are values, and questions carry the request that waits for an
answer.
"""
