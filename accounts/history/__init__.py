"""What administrators changed of the site's settings and content (written and shown by aihelper.lib.history)."""
