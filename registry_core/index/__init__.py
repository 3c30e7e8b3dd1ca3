"""What is not installed: wheels that are read, and the index that is made of them and searched."""
