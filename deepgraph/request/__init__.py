"""What a person asks for: a spec and options as text, and the results of them."""
