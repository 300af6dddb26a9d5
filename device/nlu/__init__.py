"""Understanding: hypotheses in, requests out."""
