"""What a picture shows: boxes, arrows and texts, decided once, without a coordinate."""
