"""What the contestants run, each in a process of its own."""
