"""From a network to its picture: what is shown, where, and the spelling of it."""
