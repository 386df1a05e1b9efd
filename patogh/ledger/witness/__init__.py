"""A witness of logs, C2SP tlog-witness: no Django, one process, one file of state."""
