"""How numbers and dates are written where Django's own formats are open or ragged (settings.FORMAT_MODULE_PATH)."""
