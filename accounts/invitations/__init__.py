"""Links by which people join, or choose the password of an account that was made for them."""
