"""Pictures → network: the data, the ladder of networks, and how one becomes a version that serves."""
