"""The site as administrators set it while it runs: its name, logo and words, and what people may do."""
