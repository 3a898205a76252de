"""Users: sign-up, sign-in, tokens, profile and avatar. Knows no other app."""
