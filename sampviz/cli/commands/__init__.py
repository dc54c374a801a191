"""The commands, one a file: words in, one call of the library, a path out."""
