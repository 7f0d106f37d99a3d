"""What `citygrid areas ...` can do: a module for each subcommand, with `arguments` and `run`."""
