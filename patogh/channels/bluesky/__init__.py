"""An account on Bluesky: what names it in the public stream of posts (Jetstream), and answers to it."""
