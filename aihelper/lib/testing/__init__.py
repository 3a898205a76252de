"""What tests share: fixtures, and database and Redis servers of their own."""
