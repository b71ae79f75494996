"""What each audience may see: the only door between indicators and annexes."""
