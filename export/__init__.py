"""Training and export of the models that the speaker runs; never on the speaker itself."""
