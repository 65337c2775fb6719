"""Where nights come from: drop folders (local, SFTP) and front-end databases, all ending as a batch in the inbox."""
