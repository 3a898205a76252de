"""What a search knows of texts and words. Pure: it reads no table."""
