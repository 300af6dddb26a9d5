"""Owners who teach: what they have in mind, how they say it, and what they answer.

bank, situations -> wishes, phrasing -> drawing -> manners, offers -> agreeing -> teacher
    -> mishearing, judging -> lessons

`bank` holds wordings, half of which are kept for measuring alone; `drawing` draws what an owner
has in mind in a home (`wishes`), `phrasing` puts it into words; `teacher` answers the speaker's
questions in his manner (`manners`), reading its replies (`offers`) as a person
does and saying yes to nothing but what he means (`agreeing`); `mishearing`
lets recognition err; `lessons` holds whole lessons with a real speaker, and `judging` tells
whether they went right. The wordings were written without a look at the text that the models of
teaching are trained on.
"""
