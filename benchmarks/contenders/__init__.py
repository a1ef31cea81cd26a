"""The programs that are compared; each is started as a process of its own and does one thing."""
