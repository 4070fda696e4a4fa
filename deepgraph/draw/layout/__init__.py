"""Where everything in a picture stands, in px, y downwards."""
