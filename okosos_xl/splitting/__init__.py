"""Two cases, A and B, from one registration of a household."""
