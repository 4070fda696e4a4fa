"""Text for people: pieces of messages, numbers for readers, numbers that a person typed."""
