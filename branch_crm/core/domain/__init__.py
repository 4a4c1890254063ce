"""What every app's domain code stands on."""
