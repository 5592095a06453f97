"""LibreOffice through UNO: finding it, connecting, documents, blocks of cells. Knows nothing of xlwings.

Rows and columns count from 0 here, as in UNO; an area is a com.sun.star.table.CellRangeAddress or has its fields.
"""
