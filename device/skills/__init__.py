"""What the speaker can do: each skill turns one request into a plan, and outcomes into words."""
