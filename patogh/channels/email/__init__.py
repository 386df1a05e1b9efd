"""A shared mailbox, such as care@: IMAP in, SMTP out."""
