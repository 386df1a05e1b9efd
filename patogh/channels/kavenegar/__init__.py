"""Text messages through Kavenegar: sending, what was delivered, and what people write back to a line."""
