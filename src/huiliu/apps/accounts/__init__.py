"""People who sign in, their posts (岗位), and what a post may do."""
