"""What is declared: maturity models, regions, indicators, where files are, and what is known of each."""
