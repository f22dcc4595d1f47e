"""Small numbers: what is hidden, what else has to be hidden with it, and the attack that tries to find it out."""
