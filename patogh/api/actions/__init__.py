"""What is written here: tokens made and taken back, answers kept for keys that come again."""
