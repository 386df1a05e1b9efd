"""What goes in and what comes out, as types: strict where it comes in, complete where it goes out."""
