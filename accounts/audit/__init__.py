"""What administrators have done with people's accounts, for good: written by `log`, read by the people concerned."""
