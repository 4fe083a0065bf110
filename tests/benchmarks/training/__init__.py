"""Training of the structure model: pages with gold in, weights out. Needs torch."""
