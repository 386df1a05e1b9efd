"""The signer's own side: keys and the head in files, the talk with witnesses, the published folder. No rows are written."""
