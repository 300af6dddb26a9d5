"""Owners who teach: what they have in mind, how they say it, and what they answer.

bank -> wishes -> phrasing -> teacher -> lessons

`bank` holds wordings, half of which are kept for measuring alone; `wishes` draws what an owner
has in mind in a home; `phrasing` puts it into words; `teacher` answers the speaker's questions,
reading its replies (`offers`) as a person does; `mishearing` lets recognition err; `lessons`
holds whole lessons with a real speaker. The wordings were written without a look at the text
that the models of teaching are trained on.
"""
