"""Today's parsers against what is stored: what reading the captures again would change."""
