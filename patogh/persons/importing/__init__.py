"""Files of people: `tables` opens CSV and XLSX, `plans` says which column is what, `rows` reads, `running` goes on to the end."""
