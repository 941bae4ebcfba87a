"""Excel packages: guarded reading, the cells of a sheet, normalised formulas, and safe writing to disk."""
