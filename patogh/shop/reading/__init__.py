"""Reading files of shops: encodings, columns and cells, without a database."""
