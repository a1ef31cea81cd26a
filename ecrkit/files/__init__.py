"""Files on disk: folders that strangers may have prepared, locks, temporary files, full disks."""
