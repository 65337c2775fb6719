"""What `./run check` checks. A check is a function of the tree's root that yields the bad rows; none means good."""
