"""What proves a photo: time, place, device, hash, likeness; what the inspectors should look at."""
