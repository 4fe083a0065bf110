"""Web archives of others: what their indexes name, and captures replayed from them."""
