"""What the user is doing, without Qt: state, facts, what follows from both, and the controllers that change it."""
