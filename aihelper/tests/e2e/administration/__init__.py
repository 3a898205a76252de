"""The administrator's work in a real browser: what is done by mouse and keyboard, and what people see of it."""
