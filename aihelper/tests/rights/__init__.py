"""Who may do what: one table of all routes and socket actions (`table`), and the tests that hold it."""
