"""The four behavioural investor types (domain: Pompian's BIT): what a client says, what a client does, and both together."""
