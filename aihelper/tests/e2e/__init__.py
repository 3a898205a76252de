"""The whole of it as a person meets it: a real server, a real browser, and a provider under the tests' control."""
