"""Mixed workbooks as an office has them, and the proof that a run over them loses nothing."""
