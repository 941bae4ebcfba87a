"""The management workbook kept up to date: rows from the bank into the ledger, and the workbook of the next year."""
