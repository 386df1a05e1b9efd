"""Outgoing webhooks in the format of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), docs/webhooks.md.

What happens is noticed in its own transaction (`wanted`), told apart and written down after commit (`tasks`, `payloads`),
and sent by one turn at a time an endpoint (`sending`).
"""
