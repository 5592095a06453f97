"""The workbook as data: which sheets there are, how they are read and written. Knows nothing of what the buttons do."""
