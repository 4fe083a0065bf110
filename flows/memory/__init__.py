"""Site memory: recurring chrome proposed as rules, tried on stored pages, accepted by a person."""
