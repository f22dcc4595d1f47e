"""The workshop: a panel rates, a presenter shows what came, and all of it stands in one file that loses nothing."""
