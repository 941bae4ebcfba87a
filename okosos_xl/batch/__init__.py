"""Many workbooks at once: planned, worked on by several processes, journalled, resumed. Knows no rules and no rates."""
