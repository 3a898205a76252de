"""What operators do at the shell that concerns all apps: backups, and looking whether all is well."""
