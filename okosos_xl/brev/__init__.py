"""Letters of a case: one finished workbook, and a PDF where LibreOffice is installed, for each recipient."""
