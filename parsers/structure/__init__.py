"""Which region of a page is the article: what is seen of each block, and a small learned model."""
