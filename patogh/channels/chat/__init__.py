"""Chat on the brand's own sites: one script tag, visitors who need no account, members whom the site vouches for."""
