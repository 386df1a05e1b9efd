"""What is read of the makers' share: `due`, `statements` of one's own, what the idea's page and the team see (`shown`)."""
