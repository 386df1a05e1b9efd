"""Text messages through Twilio: sending, what was delivered, and what people write back to a number."""
