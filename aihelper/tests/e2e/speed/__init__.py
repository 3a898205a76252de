"""How fast the page is, measured in Chromium: `make size`, `make bench-ui`, and the tests that hold the limits."""
