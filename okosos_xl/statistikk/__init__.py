"""The register of cases: collected from case workbooks, kept up to date, and merged to a regional one without names."""
