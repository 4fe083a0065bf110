"""Pages to look at: self-contained, without a script; what comes from outside stays text."""
