"""The first page of the administration: what was used, how fast it was, what failed, which limits are near."""
