"""Any program: signed webhooks in and out."""
