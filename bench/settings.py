"""The house's own settings; measurements that write lift the pace of `trust` in their own house (`TrustTerms`)."""

from patogh.conf.settings import *  # noqa: F403
