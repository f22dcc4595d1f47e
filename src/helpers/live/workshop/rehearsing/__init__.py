"""A panel for practising: simulated or played back from a recorded workshop, at a human pace."""
