"""What holds for the people of a group, beside its models and budgets: `models` is the table, `policy` its one door."""
