"""The night: the extract comes in, value and personas are worked out anew, plans due come into force, flags are raised."""
