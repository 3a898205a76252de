"""What administrators tell people in the page, for a time: `models` the tables, `current` who is told what and when."""
