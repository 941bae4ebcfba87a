"""Templates: YAML → typed spec → Layout. Knows nothing of workbooks or of debt."""
