"""Stand-ins for the services we talk to: real HTTP on this machine, strict about what the services document."""
