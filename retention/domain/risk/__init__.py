"""Early warning: signs of leaving, read off the facts of a branch as of any day (domain knowledge §7)."""
