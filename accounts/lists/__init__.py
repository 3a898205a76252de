"""Lists of people from spreadsheets: `reading` makes lines of a file, `plan` judges them, `adding` writes them."""
