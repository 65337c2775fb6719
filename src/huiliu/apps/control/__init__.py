"""Internal control (内控): approvals, rights of posts and their review, purposes of full views."""
