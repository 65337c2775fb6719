"""Tables that belong to no part of the business."""
