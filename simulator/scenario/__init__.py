"""Scenarios: what happens in a pretend house and what is to come of it, written in TOML.

written.py      the file's form
expected.py     what a step expects, against what came of it
playing.py      plays one scenario in still time
report.py       what came of all of them: a table, JSON, JUnit XML
command.py      `inglenook simulate`
"""
