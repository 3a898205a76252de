"""How the providers fare: each process's own book, what the processes tell each other, and what people see of it."""
