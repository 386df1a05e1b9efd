"""An account on a Mastodon server: what is said to it, and about its words, in the fediverse."""
