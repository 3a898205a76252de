"""What the chat writes: each operation that spans models, for the API, the socket, the admin and the commands."""
