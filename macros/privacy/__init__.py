"""Numbers and people that are nobody else's business: found, hidden, handed out with a reason, forgotten."""
