"""Every bound of ideas, with its unit last."""
