"""What all connectors share: the contract, the registry (entry points), the guarded client, arrivals, and the worker."""
