"""A case workbook as a PDF, without the rows and pages that hold nothing."""
