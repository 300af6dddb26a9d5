"""From requests to skills: who answers, in which order, and what must be asked first."""
