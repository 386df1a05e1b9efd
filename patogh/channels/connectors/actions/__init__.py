"""What connectors write: setups and their switches, what came, what leaves, dead letters."""
