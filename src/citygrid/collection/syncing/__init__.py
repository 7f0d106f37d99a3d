"""What a device sends and gets: batches, files in pieces, the pack for the duty area."""
