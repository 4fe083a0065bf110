"""What runs say to the machine that runs them: text or JSON lines, and no secrets in either."""
