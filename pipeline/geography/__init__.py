"""The country: where boundaries come from, how they are checked, and the layers they become."""
